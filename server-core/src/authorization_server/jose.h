// Signing keys and signatures: JWK (RFC 7517) and JWS with RS256 (RFC 7515, RFC 7518).

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace polyclinic::authorization_server {

/// An RSA key of 2048 bits with its private half. Immutable; any thread.
class RsaKey {
  public:
    /// A new one with a random key id. Takes about half a second: for a worker.
    static RsaKey make();
    /// Of privateJwk(). Throws Failure(internal) for other text.
    static RsaKey fromPrivateJwk(std::string_view json);

    const std::string& id() const { return id_; }
    std::string privateJwk() const;
    /// {"kty","kid","use":"sig","alg":"RS256","n","e"}
    std::string publicJwk() const;
    /// Compact serialization of `payload` under {"alg":"RS256","typ":"JWT","kid"}. About a millisecond.
    std::string sign(std::string_view payload) const;

  private:
    struct Impl;
    explicit RsaKey(std::shared_ptr<const Impl> impl);
    std::shared_ptr<const Impl> impl_;
    std::string id_;
};

/// The payload of a JWS that was signed with RS256 by the key of `publicJwk`; nothing for everything else, "none" and
/// symmetric algorithms included.
std::optional<std::string> verifiedPayload(std::string_view compact, std::string_view publicJwk);

}  // namespace polyclinic::authorization_server
