// Everything that a request may need, joined by server.cpp.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/audit_log.h"
#include "authorization_server/authorization_server.h"
#include "authorization_server/operator_auth.h"
#include "base/clock.h"
#include "base/fair_memory.h"
#include "base/fair_workers.h"
#include "base/key_vault.h"
#include "http/server.h"
#include "operator_api/operator_services.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic::api {

struct Services {
    const Clock& clock;
    FairWorkers& workers;
    FairMemory& bodyTrees;  // of large bodies, read
    tenancy::TenantDirectory& directory;
    audit::AuditLog& audit;
    authorization_server::AuthorizationServer& authorization;
    operator_api::OperatorServices& operatorServices;
    const KeyVault& vault;
    std::string cursorKey;  // seals search cursors; the same on every process of a database
    std::string version;
    std::string localToken;                                      // of the command line on this machine: a 0600 file holds it
    authorization_server::OperatorAuth* operatorAuth = nullptr;  // set once its address is known, before anything is served
    network::Network* network = nullptr;                         // likewise
    std::atomic<bool> ready{false};
    std::function<std::string()> metrics = {};
    std::atomic<bool> diskLow{false};  // nothing more is stored
    accounts::AccountService* accountService = nullptr;
    std::chrono::milliseconds searchTime{10'000};  // that all searches of a Bundle have together
};

}  // namespace polyclinic::api
