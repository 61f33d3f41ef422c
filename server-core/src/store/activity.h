// What a patient may read of the audit log: their own deeds, those of their apps, and the clinic's with their account,
// with what they allowed and with their Patient.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::store {

struct ActivityEvent {
    std::int64_t id = 0;
    Timestamp at;
    std::string agentKind, agent;  // as AuditLog keeps them
    char action = 'R';
    std::string interaction;
    std::int32_t type = 0;
    std::string resourceId;  // empty: none
    int outcome = 0;
    int count = 0;
};

/// Whose events. Empty lists and texts give none.
struct ActivityOf {
    std::vector<std::string> agents;  // of kind patient and patient-app
    std::vector<std::string> about;   // ids of the account and of grants: what others did with them
    std::string patient;              // id of the Patient: what others did with it
};

/// The newest first, `count` at most, of those before `before` (an event's id). Loop threads.
Task<std::vector<ActivityEvent>> activity(db::TenantSession& session, ActivityOf of, std::int64_t before, std::int32_t count);

}  // namespace polyclinic::store
