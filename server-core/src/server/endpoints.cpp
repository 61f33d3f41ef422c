#include "server/endpoints.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "base/failure.h"
#include "base/url.h"
#include "core/server.h"
#include "db/conninfo.h"
#include "http/trusted_proxies.h"
#include "server/data_folder.h"

namespace polyclinic {
namespace {

bool isAddress(const std::string& text) {
    unsigned char bytes[16];
    return ::inet_pton(AF_INET, text.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, text.c_str(), bytes) == 1;
}

}  // namespace

std::string Endpoint::text() const {
    const bool six = address.find(':') != address.npos;
    return (six ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Endpoint parseEndpoint(std::string_view text, std::string_view option) {
    const StartFault fault{{std::string(option) + " must be ADDRESS:PORT, such as 127.0.0.1:8080, and not " + std::string(text) + ".",
                            "Correct the option.", 64}};
    const auto colon = text.rfind(':');
    if (colon == text.npos) throw fault;
    Endpoint endpoint;
    endpoint.address = text.substr(0, colon);
    if (endpoint.address.starts_with('[') && endpoint.address.ends_with(']'))
        endpoint.address = endpoint.address.substr(1, endpoint.address.size() - 2);
    const auto digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), endpoint.port);
    if (error != std::errc() || end != digits.data() + digits.size() || !isAddress(endpoint.address)) throw fault;
    return endpoint;
}

std::vector<std::string> hostsOf(const Endpoint& endpoint, const std::string& publicUrl, bool tls) {
    std::vector<std::string> hosts;
    const auto usual = tls ? 443 : 80;
    const auto add = [&](const std::string& name) {
        hosts.push_back(name + ":" + std::to_string(endpoint.port));
        if (endpoint.port == usual) hosts.push_back(name);
    };
    if (endpoint.isLoopback()) {
        add("localhost");
        add("127.0.0.1");
        add("[::1]");
    } else if (endpoint.address != "0.0.0.0" && endpoint.address != "::") {
        add(endpoint.address.find(':') == endpoint.address.npos ? endpoint.address : "[" + endpoint.address + "]");
    }
    if (const auto url = parseWebUrl(publicUrl)) std::ranges::move(url->hostHeaders(), std::back_inserter(hosts));
    return hosts;
}

std::optional<Fault> faultIn(const Settings& settings) {
    try {
        if (!settings.listen.empty()) parseEndpoint(settings.listen, "--listen");
        if (!settings.operatorListen.empty() && !parseEndpoint(settings.operatorListen, "--operator-listen").isLoopback())
            return Fault{"The operators' listener may only be on this computer (127.0.0.1 or [::1]).", "Correct --operator-listen.", 78};
        if (settings.tlsCertificate.empty() != settings.tlsKey.empty())
            return Fault{"--tls-cert and --tls-key go together.", "Give both or none.", 78};
        http::TrustedProxies checked(settings.trustedProxies);
        if (!settings.publicUrl.empty()) demandPublicUrl(settings.publicUrl);
        if (!settings.database.empty()) db::describeConninfo(settings.database);
        if (settings.quickConnections == 0 || settings.heavyConnections == 0 || settings.tenantConnections == 0)
            return Fault{"There must be one connection to PostgreSQL of each kind at least.",
                         "Correct --quick-connections, --heavy-connections or --tenant-connections.", 78};
    } catch (const StartFault& caught) {
        return caught.fault;
    } catch (const Failure& failure) {
        const bool ofDatabase = failure.publicMessage().find("database") != std::string::npos;
        return Fault{failure.publicMessage(), ofDatabase ? "Correct --database." : "Correct --trusted-proxy.", 78};
    }
    return std::nullopt;
}

void demandPublicUrl(std::string_view url) {
    if (!isBaseUrl(url))
        throw StartFault{
            {"--public-url must be an address such as https://clinic.example, without a closing slash.", "Correct the option.", 78}};
}

}  // namespace polyclinic
