// The operator API, one file a noun.

#pragma once

#include "base/task.h"
#include "http/message.h"
#include "operator_api/operator_services.h"

namespace polyclinic::operator_api {

// tenants.cpp
Task<http::Response> putTenant(OperatorServices& services, const Call& call);
Task<http::Response> getTenant(OperatorServices& services, const Call& call);
Task<http::Response> listTenants(OperatorServices& services, const Call& call);
Task<http::Response> deleteTenant(OperatorServices& services, const Call& call);
Task<http::Response> restoreTenant(OperatorServices& services, const Call& call);
Task<http::Response> countTenant(OperatorServices& services, const Call& call);

// clients.cpp
Task<http::Response> createClient(OperatorServices& services, const Call& call);
Task<http::Response> listClients(OperatorServices& services, const Call& call);
Task<http::Response> getClient(OperatorServices& services, const Call& call);
Task<http::Response> putClient(OperatorServices& services, const Call& call);
Task<http::Response> deleteClient(OperatorServices& services, const Call& call);
Task<http::Response> rotateSecret(OperatorServices& services, const Call& call);

// accounts.cpp
Task<http::Response> createAccount(OperatorServices& services, const Call& call);
Task<http::Response> listAccounts(OperatorServices& services, const Call& call);
Task<http::Response> getAccount(OperatorServices& services, const Call& call);
Task<http::Response> putAccount(OperatorServices& services, const Call& call);
Task<http::Response> deleteAccount(OperatorServices& services, const Call& call);
Task<http::Response> inviteAccount(OperatorServices& services, const Call& call);
Task<http::Response> resetAccountCode(OperatorServices& services, const Call& call);
Task<http::Response> unlockAccount(OperatorServices& services, const Call& call);

// sessions.cpp
Task<http::Response> listSessions(OperatorServices& services, const Call& call);
Task<http::Response> deleteSession(OperatorServices& services, const Call& call);

// grants.cpp
Task<http::Response> listGrants(OperatorServices& services, const Call& call);
Task<http::Response> getGrant(OperatorServices& services, const Call& call);
Task<http::Response> deleteGrant(OperatorServices& services, const Call& call);

// consent_preview.cpp
Task<http::Response> previewConsent(OperatorServices& services, const Call& call);

// jobs.cpp
Task<http::Response> startImport(OperatorServices& services, const Call& call);
Task<http::Response> listJobs(OperatorServices& services, const Call& call);
Task<http::Response> getJob(OperatorServices& services, const Call& call);
Task<http::Response> cancelJob(OperatorServices& services, const Call& call);

// operators.cpp
Task<http::Response> addOperator(OperatorServices& services, const Call& call);
Task<http::Response> listOperators(OperatorServices& services, const Call& call);
Task<http::Response> putOperator(OperatorServices& services, const Call& call);
Task<http::Response> deleteOperator(OperatorServices& services, const Call& call);
Task<http::Response> changeOperatorPassword(OperatorServices& services, const Call& call);
Task<http::Response> addOperatorClient(OperatorServices& services, const Call& call);
Task<http::Response> listOperatorClients(OperatorServices& services, const Call& call);
Task<http::Response> deleteOperatorClient(OperatorServices& services, const Call& call);

// signing_keys.cpp
Task<http::Response> rotateSigningKey(OperatorServices& services, const Call& call);

// audit_events.cpp
Task<http::Response> listAuditEvents(OperatorServices& services, const Call& call);
/// Sign-ins of operators, changes of the server, deeds on tenants.
Task<http::Response> listOperatorEvents(OperatorServices& services, const Call& call);
/// Reads the whole chain of seals again: {"sealed","verified","broken":[{"seal"}]}.
Task<http::Response> verifyAuditEvents(OperatorServices& services, const Call& call);
Task<http::Response> verifyOperatorEvents(OperatorServices& services, const Call& call);

// network.cpp
Task<http::Response> getNetwork(OperatorServices& services, const Call& call);
Task<http::Response> putNetwork(OperatorServices& services, const Call& call);
/// Throws Failure(conflict), with what to do, while patients of this clinic cannot be invited safely.
Task<void> demandSafeReach(OperatorServices& services, const tenancy::TenantContext& tenant);

// server_info.cpp
Task<http::Response> getServer(OperatorServices& services, const Call& call);

}  // namespace polyclinic::operator_api
