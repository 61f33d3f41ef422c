// The audit log of one tenant, as its operators read it.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::audit {

struct TenantEvent {
    std::int64_t id = 0;
    Timestamp at;
    std::string request;
    std::string agentKind, agent, address;         // how the log names the caller
    std::string client, account, patient, behalf;  // what was proven of the caller; empty: was not
    std::string action, interaction;
    std::int32_t type = 0;  // typeCode
    std::string resourceId;
    int outcome = 0, count = 0;
    std::vector<std::string> about;  // ids of Patients whose records it was
};

/// Empty text: whatever it is.
struct TenantEventQuery {
    std::string agent;        // the caller as the log names it, a client or an account
    std::string interaction;  // read, search-type, sign-in, ...
    std::string patient;      // deeds of hers and of her apps, looks at her records, and what was done with her account
    std::int64_t before = 0;  // ids below this
    std::int64_t count = 0;
};

/// The newest first. Long; on the heavy query class. Loop threads.
Task<std::vector<TenantEvent>> tenantEvents(const tenancy::TenantContext& tenant, TenantEventQuery wanted);

}  // namespace polyclinic::audit
