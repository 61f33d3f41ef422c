// Keys that a tenant's issuers sign with. The private half is sealed before it comes here.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::oauth {

struct SigningKeyRow {
    std::string kid;
    std::string sealed;     // private JWK, sealed by the key vault
    std::string publicKey;  // public JWK as JSON
    Timestamp created;
    std::optional<Timestamp> retired = {};  // since when it signs no more; shown until its last signature has expired
};

/// Loop threads.
namespace signing_key_store {

/// The one that signs first.
Task<std::vector<SigningKeyRow>> all(const tenancy::RealmSession& session);
/// No effect when there is one that signs already: of several processes at once one wins.
Task<void> addFirst(const tenancy::RealmSession& session, const SigningKeyRow& key);
/// `key` signs from now on, the one of the id `before` no more. Of several at once one wins; the others have no effect.
Task<void> replace(const tenancy::RealmSession& session, std::string_view before, const SigningKeyRow& key);
/// Those that were retired at `before` or earlier.
Task<void> removeRetired(const tenancy::RealmSession& session, Timestamp before);

}  // namespace signing_key_store
}  // namespace polyclinic::oauth
