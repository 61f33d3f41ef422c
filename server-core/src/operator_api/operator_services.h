// What the operator API works with, and a call to it. Handlers answer JSON or throw Failure.

#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/account_service.h"
#include "accounts/operators.h"
#include "audit/audit_heads.h"
#include "audit/audit_log.h"
#include "base/clock.h"
#include "http/message.h"
#include "jobs/job_store.h"
#include "jobs/worker.h"
#include "network/network.h"
#include "oauth/client.h"
#include "tenancy/realm_session.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic::operator_api {

/// Parts of the house that the operator API reaches. One for the server.
struct OperatorServices {
    tenancy::TenantDirectory& directory;
    db::Database& directoryDatabase;
    accounts::Operators& operators;
    audit::AuditLog& audit;
    jobs::JobStore& jobs;
    jobs::Worker& worker;
    const Clock& clock;
    oauth::ScopeCheck scopeCheck;
    std::function<Task<nlohmann::ordered_json>()> describeServer;
    accounts::AccountService& accountService;
    /// A new signing key for every issuer of the tenant that signs: [{"issuer","kid","previous","previousShownUntil"}].
    std::function<Task<nlohmann::ordered_json>(tenancy::TenantContextPtr)> rotateSigningKeys;
    network::Network* network = nullptr;      // set before anything is served
    audit::AuditHeads* auditHeads = nullptr;  // likewise
};

struct Call {
    const http::Request& request;
    const std::vector<std::pair<std::string_view, std::string>>& parameters;  // of the path
    const accounts::Operator& caller;
    bool local = false;  // by the command line's own credential

    std::string parameter(std::string_view name) const;
    /// The body as JSON; strict. Throws Failure(badRequest), (unsupportedMediaType).
    nlohmann::json body() const;
    /// Of the query; empty when not there. Throws Failure(badRequest) for a broken query.
    std::string query(std::string_view name) const;
    /// The version that If-Match names; nothing without the header. Throws Failure(badRequest) for another text.
    std::optional<std::int64_t> ifMatch() const;
    audit::Actor actor() const;
};

/// Keeps in the directory's log what is no one tenant's, or may leave no tenant to keep a log of its own.
Task<void> noteInDirectory(OperatorServices& services, const Call& call, std::string action, std::string subject = {});

/// Notes in the clinic's log what an operator was shown of its accounts, grants, sessions or of the log; before it is told.
/// `id`: of the one that was asked for, or empty; `about`: ids of Patients, each once.
Task<void> noteLook(OperatorServices& services, const Call& call, const tenancy::TenantContext& tenant, std::string action, std::string id,
                    std::vector<std::string> about, int count);

/// Adds the id of "Patient/ID" to `about`, unless it is there or it is another reference.
void addPatient(std::string_view reference, std::vector<std::string>& about);

/// Before what cannot be undone, or gives the server into other hands: a person's proof of now. A program's token is none,
/// however fresh: Failure(forbidden) with `programs`. Throws Failure(unauthenticated, code "login") with `sentence` when the
/// person signed in more than five minutes ago. Who may use this computer's own credential owns the data folder with all
/// that is in it, and has proved enough.
void demandPersonNow(const OperatorServices& services, const Call& call, std::string programs, std::string sentence);

/// The tenant of the path, served or suspended. Throws Failure(notFound).
Task<tenancy::TenantContextPtr> tenantOf(OperatorServices& services, const Call& call);
/// What the operators manage of its people.
inline tenancy::RealmSession patientsOf(const tenancy::TenantContext& tenant) { return {tenant, accounts::patientRealm}; }

http::Response answer(int status, const nlohmann::ordered_json& body);
http::Response noContent();
/// A searchset Bundle of `resources`.
nlohmann::ordered_json searchset(std::vector<nlohmann::ordered_json> resources, std::int64_t total, const std::string& next);

}  // namespace polyclinic::operator_api
