// Refusals of callers who proved nothing: whatever they name is nobody's doing, and what they can make us keep is one row a
// minute for a clinic, a realm and a kind of request, with their number.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "audit/audit_log.h"
#include "authorization_server/auth_context.h"
#include "base/loop.h"
#include "base/task.h"

namespace polyclinic::authorization_server {

/// One for all loops; `audit` outlives the loops.
class RefusalCounter {
  public:
    explicit RefusalCounter(audit::AuditLog& audit);

    /// The first of a minute is in the log when this resumes, the others when the minute is over. `what`: interaction.
    Task<void> count(const AuthContext& context, std::string what);

  private:
    using Key = std::tuple<std::int32_t, std::string, std::string>;  // tenant, realm, what
    struct Minute {
        int refusals = 0;  // that are not in the log yet
        Loop::Timer over;
    };
    struct State {
        std::mutex mutex;
        std::map<Key, Minute> minutes;
    };
    /// At the end of a minute: writes what gathered and begins another, or forgets where nothing did.
    static void close(std::weak_ptr<State> state, audit::AuditLog& audit, tenancy::TenantContextPtr tenant, std::string agentKind, Key key);

    audit::AuditLog& audit_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace polyclinic::authorization_server
