// Access tokens of one tenant, found by their SHA-256. The token itself is never here.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::store {

struct AccessToken {
    std::string id;        // for the audit trail; worth nothing to a thief
    std::string clientId;
    std::string audience;  // the API that takes it
    std::string scopes;    // structured, as JSON (access/scope.h)
    Timestamp issued;
    Timestamp expires;
};

/// `realm`: patient, provider or system. Loop threads.
namespace tokens {

/// False when the client was disabled, removed, given another secret or registered for other scopes since `secretHash`
/// and `registered` were read: no token then. Clears away what is expired of that client.
Task<bool> add(db::TenantSession& session, std::string_view realm, std::string_view hash, const AccessToken& token,
               std::string_view secretHash, std::string_view registered);
/// Nothing for a token that is unknown here, expired by `now`, or of a disabled client.
Task<std::optional<AccessToken>> find(db::TenantSession& session, std::string_view realm, std::string_view hash,
                                      Timestamp now);
/// False when there was none of that client.
Task<bool> revoke(db::TenantSession& session, std::string_view realm, std::string_view hash, std::string_view clientId);

}  // namespace tokens
}  // namespace polyclinic::store
