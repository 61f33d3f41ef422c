#include "auth/program_proof.h"

#include <algorithm>

#include "base/encoding.h"

namespace polyclinic::auth {

OAuthFailure noClient() { return OAuthFailure("invalid_client", "The client is unknown, or its secret is wrong."); }

std::string triesOf(std::string_view realm, std::string_view what, std::int32_t tenant, std::string_view client) {
    return std::string(realm) + '|' + std::to_string(tenant) + '|' + std::string(what) + '|' + std::string(client);
}

bool mayBeClientId(std::string_view id) { return id.size() <= 200 && id.find('\0') == id.npos; }

bool isSecretOf(const std::optional<store::ClientSecret>& known, std::string_view secret) {
    const std::string expected = known && !known->hash.empty() ? known->hash : std::string(32, '\0');
    return equalInConstantTime(sha256(secret), expected) && known;
}

std::string_view bearerToken(const http::Request& request) {
    constexpr std::string_view scheme = "bearer ";
    auto header = request.header("Authorization");
    const auto same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
    if (header.size() < scheme.size() || !std::equal(scheme.begin(), scheme.end(), header.begin(), same)) return {};
    header.remove_prefix(scheme.size());
    while (header.starts_with(' ')) header.remove_prefix(1);
    return header;
}

}  // namespace polyclinic::auth
