// The one key that the database never sees, and what is made of it.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyclinic {

/// Every purpose ("signing-key", "one-time-code", ...) has a key of its own, derived from the master key (HKDF-SHA-256,
/// RFC 5869), so that what was made for one purpose is worth nothing for another. Any thread.
class KeyVault {
  public:
    /// `master`: 32 bytes. Throws std::invalid_argument for another length.
    explicit KeyVault(std::string master);

    /// AES-256-GCM under a random nonce. `bound`: what belongs to the text without being in it (tenant, realm, key id);
    /// it must be the same when the text is opened.
    std::string seal(std::string_view purpose, std::string_view bound, std::string_view text) const;
    /// Nothing when it was not sealed so by this key.
    std::optional<std::string> open(std::string_view purpose, std::string_view bound, std::string_view sealed) const;
    /// HMAC-SHA-256, 32 bytes.
    std::string mac(std::string_view purpose, std::string_view text) const;

  private:
    std::string keyFor(std::string_view purpose) const;
    const std::string master_;
};

}  // namespace polyclinic
