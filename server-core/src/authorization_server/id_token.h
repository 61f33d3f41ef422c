// What an id_token and userinfo say of a person (OpenID Connect Core section 2, SMART App Launch 2.2 "Scopes for
// requesting identity data").

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace polyclinic::authorization_server {

inline constexpr std::chrono::minutes idTokenLife{5};

struct Identity {
    std::string issuer;
    std::string subject;
    std::string fhirUser;           // absolute address of the person's record
    std::string nonResourceScopes;  // as granted: what may be told
};

/// Whether `word` is one of the words that single spaces separate.
bool holdsScope(std::string_view nonResourceScopes, std::string_view word);

/// sub, and fhirUser and profile as granted.
nlohmann::ordered_json userClaims(const Identity& who);
/// iss, sub, aud, exp (after idTokenLife), iat, auth_time, nonce where there was one, and userClaims().
std::string idTokenClaims(const Identity& who, std::string_view clientId, std::string_view nonce, Timestamp authTime, Timestamp now);

}  // namespace polyclinic::authorization_server
