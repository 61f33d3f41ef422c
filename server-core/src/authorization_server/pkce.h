// Proof Key for Code Exchange, S256 only (RFC 7636).

#pragma once

#include <string_view>

namespace polyclinic::authorization_server {

/// 43 characters of base64url, as a SHA-256 has.
bool isCodeChallenge(std::string_view text);
/// Whether `verifier` has the form of section 4.1 and its SHA-256 is `challenge`.
bool provesCodeChallenge(std::string_view verifier, std::string_view challenge);

}  // namespace polyclinic::authorization_server
