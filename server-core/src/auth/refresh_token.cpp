#include "auth/refresh_token.h"

#include "base/encoding.h"
#include "base/random.h"

namespace polyclinic::auth {
namespace {

constexpr std::string_view prefix = "prt_";
constexpr std::size_t length = 43;  // 32 bytes as base64url

}  // namespace

std::string newRefreshToken() { return std::string(prefix) + randomToken(); }

std::string successorOf(std::string_view token, const KeyVault& vault, std::int32_t tenant, std::string_view realm) {
    const std::string place = std::to_string(tenant) + '|' + std::string(realm) + '|';
    return std::string(prefix) + base64UrlEncode(vault.mac("refresh-token", place + std::string(token)));
}

bool looksLikeRefreshToken(std::string_view text) {
    return text.size() == prefix.size() + length && text.starts_with(prefix);
}

}  // namespace polyclinic::auth
