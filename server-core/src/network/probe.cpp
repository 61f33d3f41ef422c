#include "network/probe.h"

#include <curl/curl.h>

#include <memory>

namespace polyclinic::network {
namespace {

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* into) {
    auto& text = *static_cast<std::string*>(into);
    if (text.size() < 64) text.append(bytes, size * count);
    return size * count;
}

Probe causeOf(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return {false, "The name in the public address is not known on the network.",
                    "Enter the name in DNS, or use an address of this computer."};
        case CURLE_COULDNT_CONNECT:
            return {false, "Nothing answers at the public address.",
                    "Look whether the address is this computer's, and whether a firewall or a router keeps the port closed."};
        case CURLE_OPERATION_TIMEDOUT:
            return {false, "The public address does not answer in time.", "A firewall or a router may drop what comes to this port."};
        case CURLE_PEER_FAILED_VERIFICATION:
            return {false, "The certificate at the public address is not trusted, or it is for another name.",
                    "Use a certificate for this name from an authority that phones know, or install the clinic's own authority."};
        case CURLE_SSL_CONNECT_ERROR:
            return {false, "No TLS is spoken at the public address.", "Look what program answers there."};
        default:
            return {false, std::string("The public address cannot be asked: ") + curl_easy_strerror(code) + ".", "Look at the address."};
    }
}

}  // namespace

Probe probe(const std::string& base, const std::string& authority) {
    const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
    if (!handle) return {false, "The public address could not be asked.", "Try again."};
    std::string body;
    const auto url = base + "/health/live";
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, 4000L);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &body);
    curl_blob blob{const_cast<char*>(authority.data()), authority.size(), CURL_BLOB_COPY};
    if (!authority.empty()) curl_easy_setopt(handle.get(), CURLOPT_CAINFO_BLOB, &blob);
    const auto code = curl_easy_perform(handle.get());
    if (code != CURLE_OK) return causeOf(code);
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status == 421) return {false, "This server was asked under a name that it does not know.", "Look at the public address."};
    if (status != 200 || body != "ok\n")
        return {false, "Another program answers at the public address (status " + std::to_string(status) + ").",
                "Look where the name leads, and what the proxy does with it."};
    return {true, {}, {}};
}

}  // namespace polyclinic::network
