#include "network/addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace polyclinic::network {
namespace {

/// The address that packets to elsewhere would carry. Nothing is sent.
std::string outwardAddress() {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return {};
    sockaddr_in far{};
    far.sin_family = AF_INET;
    far.sin_port = htons(9);
    ::inet_pton(AF_INET, "198.51.100.1", &far.sin_addr);  // reserved for documents (RFC 5737)
    char text[INET_ADDRSTRLEN] = "";
    sockaddr_in near{};
    socklen_t size = sizeof near;
    if (::connect(socket, reinterpret_cast<sockaddr*>(&far), sizeof far) == 0 &&
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&near), &size) == 0)
        ::inet_ntop(AF_INET, &near.sin_addr, text, sizeof text);
    ::close(socket);
    return text;
}

}  // namespace

std::vector<std::string> ownAddresses() {
    ifaddrs* raw = nullptr;
    std::vector<std::string> four, six;
    if (::getifaddrs(&raw) != 0) return {};
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> all(raw, ::freeifaddrs);
    for (const auto* one = raw; one; one = one->ifa_next) {
        if (!one->ifa_addr || !(one->ifa_flags & IFF_UP) || (one->ifa_flags & IFF_LOOPBACK)) continue;
        char text[INET6_ADDRSTRLEN] = "";
        if (one->ifa_addr->sa_family == AF_INET) {
            const auto& address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr;
            ::inet_ntop(AF_INET, &address, text, sizeof text);
            if (std::string_view(text).starts_with("169.254.")) continue;
            four.emplace_back(text);
        } else if (one->ifa_addr->sa_family == AF_INET6) {
            const auto& address = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr;
            if (IN6_IS_ADDR_LINKLOCAL(&address)) continue;
            ::inet_ntop(AF_INET6, &address, text, sizeof text);
            six.emplace_back(text);
        }
    }
    const auto outward = outwardAddress();
    std::stable_partition(four.begin(), four.end(), [&](const auto& address) { return address == outward; });
    four.insert(four.end(), six.begin(), six.end());
    return four;
}

std::string ownName() {
    char text[256] = "";
    if (::gethostname(text, sizeof text - 1) != 0) return {};
    const auto name = lowerAscii(std::string_view(text));
    const bool fits = !name.empty() && name.size() <= 63 && name.front() != '-' && name.back() != '.' &&
                      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == name.npos;
    return fits && name != "localhost" ? name : std::string();
}

}  // namespace polyclinic::network
