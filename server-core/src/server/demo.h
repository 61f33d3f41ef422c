// The demo clinic: made-up patients, so that a newcomer sees something. Never touched again once it is there.

#pragma once

#include <string>
#include <string_view>

#include "accounts/account_service.h"
#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/fair_workers.h"
#include "server/demo_app.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic {

struct DemoParts {
    tenancy::TenantDirectory& directory;
    audit::AuditLog& audit;
    const Clock& clock;
    FairWorkers& workers;
    std::string_view cursorKey;
    DemoApp& app;  // to be connected: app.connect(FHIR base, client_id)
    accounts::AccountService& accountService;
    db::Database& directoryDatabase;
    std::string appAddress;  // "http://127.0.0.1:8090/": its redirect address; launch.html below it starts the app
};

/// Makes the clinic "demo" where there is none, with two people who may sign in and an app; answers lines to print, with
/// new one-time links for signing in.
Task<std::string> makeDemo(DemoParts parts);

}  // namespace polyclinic
