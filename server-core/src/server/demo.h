// The demo clinic: made-up patients, so that a newcomer sees something. Never touched again once it is there.

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/loop.h"
#include "store/audit_log.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic {

struct DemoParts {
    tenancy::TenantDirectory& directory;
    store::AuditLog& audit;
    const Clock& clock;
    WorkerPool& workers;
    std::string_view cursorKey;
};

/// Makes the clinic "demo" where there is none; answers lines to print.
Task<std::string> makeDemo(DemoParts parts);

}  // namespace polyclinic
