// Keys that a tenant's issuers sign with. The private half is sealed before it comes here.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::store {

struct SigningKeyRow {
    std::string kid;
    std::string sealed;     // private JWK, sealed by the key vault
    std::string publicKey;  // public JWK as JSON
    Timestamp created;
    bool retired = false;   // shown, but signs no more
};

/// Loop threads.
namespace signing_keys {

/// The one that signs first.
Task<std::vector<SigningKeyRow>> all(db::TenantSession& session, std::string_view realm);
/// No effect when there is one that signs already: of several processes at once one wins.
Task<void> addFirst(db::TenantSession& session, std::string_view realm, const SigningKeyRow& key);

}  // namespace signing_keys
}  // namespace polyclinic::store
