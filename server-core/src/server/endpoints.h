// ADDRESS:PORT in settings, and the Host headers that belong to it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic {

struct Endpoint {
    std::string address;
    std::uint16_t port = 0;

    bool isLoopback() const { return address.starts_with("127.") || address == "::1"; }
    /// With brackets around IPv6.
    std::string text() const;
};

/// Throws StartFault (64) for other text. "[::1]:80", "127.0.0.1:8080".
Endpoint parseEndpoint(std::string_view text, std::string_view option);

/// Host headers under which clients may ask for `endpoint` or for `publicUrl`, lower case.
std::vector<std::string> hostsOf(const Endpoint& endpoint, const std::string& publicUrl, bool tls);

/// http or https, host, no query, no fragment, no closing slash. Throws StartFault (78).
void demandPublicUrl(std::string_view url);

}  // namespace polyclinic
