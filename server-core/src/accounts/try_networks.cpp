#include "accounts/try_networks.h"

#include <arpa/inet.h>

#include <cstring>

namespace polyclinic::accounts {
namespace {

std::string firstBytes(const char* kind, const void* bytes, std::size_t count) {
    return kind + std::string(static_cast<const char*>(bytes), count);
}

std::vector<TryNetwork> networksOf(const in_addr& address) {
    return {{firstBytes("4/32 ", &address, 4), 100}, {firstBytes("4/24 ", &address, 3), 1500}};
}

}  // namespace

std::vector<TryNetwork> networksOf(std::string_view address) {
    const std::string text(address);
    in_addr v4{};
    if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return networksOf(v4);
    in6_addr v6{};
    if (::inet_pton(AF_INET6, text.c_str(), &v6) != 1) return {{"other " + text.substr(0, 100), 100}};
    if (IN6_IS_ADDR_V4MAPPED(&v6)) {
        std::memcpy(&v4, v6.s6_addr + 12, 4);
        return networksOf(v4);
    }
    return {
        {firstBytes("6/64 ", v6.s6_addr, 8), 100}, {firstBytes("6/56 ", v6.s6_addr, 7), 150}, {firstBytes("6/48 ", v6.s6_addr, 6), 200}};
}

}  // namespace polyclinic::accounts
