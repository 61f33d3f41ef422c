// Everything that a request may need, joined by server.cpp.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/operator_services.h"
#include "auth/authorization_server.h"
#include "auth/operator_auth.h"
#include "base/clock.h"
#include "base/key_vault.h"
#include "base/loop.h"
#include "http/server.h"
#include "store/audit_log.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic::api {

struct Services {
    const Clock& clock;
    WorkerPool& workers;
    tenancy::TenantDirectory& directory;
    store::AuditLog& audit;
    auth::AuthorizationServer& authorization;
    admin::OperatorServices& operatorServices;
    const KeyVault& vault;
    std::string cursorKey;  // seals search cursors; the same on every process of a database
    std::string version;
    std::string localToken;                      // of the command line on this machine: a 0600 file holds it
    auth::OperatorAuth* operatorAuth = nullptr;  // set once its address is known, before anything is served
    reach::Network* network = nullptr;           // likewise
    std::atomic<bool> ready{false};
    std::function<std::string()> metrics = {};
    std::atomic<bool> diskLow{false};  // nothing more is stored
    identity::AccountService* accountService = nullptr;
};

}  // namespace polyclinic::api
