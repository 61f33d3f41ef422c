// Argon2id (RFC 9106) with this program's parameters: 19 MiB, two passes, one lane (OWASP ASVS 5.0 appendix C).

#pragma once

#include <string>
#include <string_view>

namespace polyclinic::accounts {

/// Of `text` with a fresh salt, as a PHC string: $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH. Throws Failure(unavailable) without
/// memory. Takes some 20 ms of CPU: not on a loop.
std::string argon2idHash(std::string_view text);
/// Whether `encoded` is of `text`; of other parameters, too. Likewise.
bool argon2idMatches(std::string_view text, const std::string& encoded);

}  // namespace polyclinic::accounts
