#include "authorization_server/refresh_token.h"

#include "base/encoding.h"
#include "base/random.h"

namespace polyclinic::authorization_server {

std::string newRefreshToken(const Realm& realm) { return std::string(realm.refreshPrefix) + randomToken(); }

std::string successorOf(const Realm& realm, std::string_view token, const KeyVault& vault, std::int32_t tenant) {
    const std::string place = std::to_string(tenant) + '|' + std::string(realm.name) + '|';
    return std::string(realm.refreshPrefix) + base64UrlEncode(vault.mac("refresh-token", place + std::string(token)));
}

}  // namespace polyclinic::authorization_server
