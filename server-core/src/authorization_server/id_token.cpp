#include "authorization_server/id_token.h"

#include <algorithm>

#include "authorization_server/client_authentication.h"

namespace polyclinic::authorization_server {
bool holdsScope(std::string_view nonResourceScopes, std::string_view word) {
    while (!nonResourceScopes.empty()) {
        const auto end = std::min(nonResourceScopes.find(' '), nonResourceScopes.size());
        if (nonResourceScopes.substr(0, end) == word) return true;
        nonResourceScopes.remove_prefix(std::min(end + 1, nonResourceScopes.size()));
    }
    return false;
}

nlohmann::ordered_json userClaims(const Identity& who) {
    nlohmann::ordered_json claims{{"sub", who.subject}};
    if (holdsScope(who.nonResourceScopes, "fhirUser")) claims["fhirUser"] = who.fhirUser;
    if (holdsScope(who.nonResourceScopes, "profile")) claims["profile"] = who.fhirUser;
    return claims;
}

std::string idTokenClaims(const Identity& who, std::string_view clientId, std::string_view nonce, Timestamp authTime, Timestamp now) {
    nlohmann::ordered_json claims{{"iss", who.issuer},
                                  {"aud", clientId},
                                  {"iat", numericDate(now)},
                                  {"exp", numericDate(now + idTokenLife)},
                                  {"auth_time", numericDate(authTime)}};
    if (!nonce.empty()) claims["nonce"] = nonce;
    claims.update(userClaims(who));
    return claims.dump();
}

}  // namespace polyclinic::authorization_server
