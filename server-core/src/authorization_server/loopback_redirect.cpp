#include "authorization_server/loopback_redirect.h"

#include "base/url.h"

namespace polyclinic::authorization_server {

std::optional<std::string> loopbackOrigin(std::string_view redirectUri) {
    const auto url = parseWebUrl(redirectUri);
    if (!url || url->scheme != "http" || (url->host != "127.0.0.1" && url->host != "localhost")) return std::nullopt;
    auto origin = url->origin();
    // Any other spelling, path or query is another address.
    if (redirectUri != origin && redirectUri != origin + '/') return std::nullopt;
    return origin;
}

}  // namespace polyclinic::authorization_server
