// Randomness for secrets and identifiers, from OpenSSL's generator.

#pragma once

#include <cstdint>
#include <string>

namespace polyclinic {

/// `count` random bytes. Any thread. Aborts the process when the system has no randomness.
std::string randomBytes(std::size_t count);
/// base64url of `bytes` random bytes: 32 gives 256 bits in 43 characters.
std::string randomToken(std::size_t bytes = 32);
/// RFC 4122 version 4, lower case.
std::string randomUuid();
std::uint64_t randomU64();

}  // namespace polyclinic
