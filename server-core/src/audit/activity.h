// What a patient may read of the audit log: their own deeds, those of their apps, and the clinic's with their account,
// with what they allowed and with their Patient.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::audit {

struct ActivityEvent {
    std::int64_t id = 0;
    Timestamp at;
    std::string agentKind;
    std::string client;  // of an app that was proven; empty: none was
    char action = 'R';
    std::string interaction;
    std::int32_t type = 0;
    std::string resourceId;  // empty: none
    int outcome = 0;
    int count = 0;
};

/// Whose events, each found by what was proven, never by what somebody said of himself.
struct ActivityOf {
    std::string account;              // the person's
    std::string patient;              // id of the person's Patient
    std::vector<std::string> grants;  // what others did with them
    bool own = true;                  // deeds with the account, and tries at it that nobody was proven for
    bool apps = true;                 // deeds of apps with a token of the Patient
    bool others = true;               // of everybody else, with the account, the grants and the Patient
};

/// The newest first, `count` at most, of those before `before` (an event's id). Loop threads.
Task<std::vector<ActivityEvent>> activity(const tenancy::TenantContext& tenant, ActivityOf of, std::int64_t before, std::int32_t count);

}  // namespace polyclinic::audit
