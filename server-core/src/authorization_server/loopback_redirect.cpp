#include "authorization_server/loopback_redirect.h"

#include <algorithm>

namespace polyclinic::authorization_server {
namespace {

bool isPort(std::string_view text) {
    if (text.empty() || text.size() > 5 || text.front() == '0') return false;
    int port = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        port = port * 10 + (c - '0');
    }
    return port <= 65535;
}

}  // namespace

std::optional<std::string> loopbackOrigin(std::string_view redirectUri) {
    for (const std::string_view host : {"http://127.0.0.1", "http://localhost"}) {
        if (!redirectUri.starts_with(host)) continue;
        auto rest = redirectUri.substr(host.size());
        if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
        if (rest.empty()) return std::string(host);
        if (rest.front() == ':' && isPort(rest.substr(1))) return std::string(host) + std::string(rest);
    }
    return std::nullopt;
}

}  // namespace polyclinic::authorization_server
