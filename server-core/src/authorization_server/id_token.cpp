#include "authorization_server/id_token.h"

#include <algorithm>

#include "authorization_server/client_authentication.h"
#include "base/text.h"

namespace polyclinic::authorization_server {
bool holdsScope(std::string_view nonResourceScopes, std::string_view word) {
    const auto held = splitWords(nonResourceScopes);
    return std::ranges::find(held, word) != held.end();
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
