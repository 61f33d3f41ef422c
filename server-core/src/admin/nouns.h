// The operator API, one file a noun.

#pragma once

#include "admin/office.h"
#include "base/task.h"
#include "http/message.h"

namespace polyclinic::admin {

// tenants.cpp
Task<http::Response> putTenant(Office& office, const Call& call);
Task<http::Response> getTenant(Office& office, const Call& call);
Task<http::Response> listTenants(Office& office, const Call& call);
Task<http::Response> deleteTenant(Office& office, const Call& call);
Task<http::Response> restoreTenant(Office& office, const Call& call);
Task<http::Response> countTenant(Office& office, const Call& call);

// clients.cpp
Task<http::Response> createClient(Office& office, const Call& call);
Task<http::Response> listClients(Office& office, const Call& call);
Task<http::Response> getClient(Office& office, const Call& call);
Task<http::Response> putClient(Office& office, const Call& call);
Task<http::Response> deleteClient(Office& office, const Call& call);
Task<http::Response> rotateSecret(Office& office, const Call& call);

// accounts.cpp
Task<http::Response> createAccount(Office& office, const Call& call);
Task<http::Response> listAccounts(Office& office, const Call& call);
Task<http::Response> getAccount(Office& office, const Call& call);
Task<http::Response> putAccount(Office& office, const Call& call);
Task<http::Response> deleteAccount(Office& office, const Call& call);
Task<http::Response> inviteAccount(Office& office, const Call& call);
Task<http::Response> resetAccountCode(Office& office, const Call& call);
Task<http::Response> unlockAccount(Office& office, const Call& call);

// sessions.cpp
Task<http::Response> listSessions(Office& office, const Call& call);
Task<http::Response> deleteSession(Office& office, const Call& call);

// grants.cpp
Task<http::Response> listGrants(Office& office, const Call& call);
Task<http::Response> getGrant(Office& office, const Call& call);
Task<http::Response> deleteGrant(Office& office, const Call& call);

// consent_preview.cpp
Task<http::Response> previewConsent(Office& office, const Call& call);

// jobs.cpp
Task<http::Response> startImport(Office& office, const Call& call);
Task<http::Response> listJobs(Office& office, const Call& call);
Task<http::Response> getJob(Office& office, const Call& call);
Task<http::Response> cancelJob(Office& office, const Call& call);

// operators.cpp
Task<http::Response> addOperator(Office& office, const Call& call);
Task<http::Response> listOperators(Office& office, const Call& call);
Task<http::Response> putOperator(Office& office, const Call& call);
Task<http::Response> deleteOperator(Office& office, const Call& call);
Task<http::Response> changeOperatorPassword(Office& office, const Call& call);
Task<http::Response> addOperatorClient(Office& office, const Call& call);
Task<http::Response> listOperatorClients(Office& office, const Call& call);
Task<http::Response> deleteOperatorClient(Office& office, const Call& call);

// signing_keys.cpp
Task<http::Response> rotateSigningKey(Office& office, const Call& call);

// audit_events.cpp
Task<http::Response> listAuditEvents(Office& office, const Call& call);
/// Sign-ins of operators, changes of the server, deeds on tenants.
Task<http::Response> listOperatorEvents(Office& office, const Call& call);
/// Reads the whole chain of seals again: {"sealed","verified","broken":[{"seal"}]}.
Task<http::Response> verifyAuditEvents(Office& office, const Call& call);
Task<http::Response> verifyOperatorEvents(Office& office, const Call& call);

// network.cpp
Task<http::Response> getNetwork(Office& office, const Call& call);
Task<http::Response> putNetwork(Office& office, const Call& call);
/// Throws Failure(conflict), with what to do, while patients of this clinic cannot be invited safely.
Task<void> demandSafeReach(Office& office, const tenancy::TenantContext& tenant);

// server_info.cpp
Task<http::Response> getServer(Office& office, const Call& call);

}  // namespace polyclinic::admin
