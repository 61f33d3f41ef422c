// The signing keys of every issuer: one for each tenant and realm, made when it is first needed, sealed in the database,
// replaced after ninety days or when an operator says so.

#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "authorization_server/jose.h"
#include "base/clock.h"
#include "base/key_vault.h"
#include "base/loop.h"
#include "oauth/signing_key_store.h"
#include "tenancy/realm_session.h"

namespace polyclinic::authorization_server {

/// One for the server. Loop threads.
class SigningKeys {
  public:
    SigningKeys(const KeyVault& vault, WorkerPool& workers, const Clock& clock);

    /// Compact JWS of `payload` by the key that signs now.
    Task<std::string> sign(const tenancy::RealmSession& session, std::string payload);
    /// {"keys": [...]}: every key whose signatures still count, the one that signs first. A second old at most, so that
    /// a key that another process began to sign with is here when somebody asks for it.
    Task<std::string> jwks(const tenancy::RealmSession& session);

    struct Rotation {
        std::string kid;
        std::string previous;  // kid of the one before
        Timestamp shownUntil;  // when the last token that it signed has expired, and jwks leaves it out
    };
    /// A new key signs from now on in this process, within a minute in others.
    Task<Rotation> rotate(const tenancy::RealmSession& session);

  private:
    struct Ring {
        RsaKey current;
        std::string jwks;
        Timestamp read;
    };
    /// As it was read `age` ago at most.
    Task<std::shared_ptr<const Ring>> ringOf(const tenancy::RealmSession& session, std::chrono::seconds age);
    Task<oauth::SigningKeyRow> freshRow(const tenancy::RealmSession& session);
    /// A pair made in advance, or a new one; the next is then begun.
    Task<RsaKey> freshKey();
    void makeSpare();

    /// The pair that waits. Shared with workers, which may outlive this.
    struct Spare {
        std::mutex mutex;
        std::optional<RsaKey> key;
        bool underWay = false;
    };

    const KeyVault& vault_;
    WorkerPool& workers_;
    const Clock& clock_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const Ring>> rings_;  // keys begin with tenant and realm
    std::shared_ptr<Spare> spare_ = std::make_shared<Spare>();
};

}  // namespace polyclinic::authorization_server
