// Who is asking. The only makers of a reach into a tenant's data for requests.

#pragma once

#include <string>

#include "access/access_scope.h"
#include "api/services.h"
#include "http/message.h"

namespace polyclinic::api {

/// The token of "Authorization: Bearer". Throws Failure(unauthenticated) when there is none, or when one stands in the
/// address (RFC 6750 section 2.3 is not offered: addresses end up in logs).
std::string bearerOf(const http::Request& request);

/// Somebody who may meet records, how far, and who that is for the audit log.
struct Caller {
    access::AccessScope scope;
    audit::Actor actor;
};
/// A client of this tenant with a token of `realm`. A patient's app reaches that patient's records alone; with the scope
/// fhirUser it may read its own patient's Patient. A backend service reaches what its scopes say. Throws
/// Failure(unauthenticated), or (forbidden) for a patient's token that names no patient.
Task<Caller> guardClient(Services& services, const http::Request& request, const tenancy::TenantContext& tenant,
                         const authorization_server::Realm& realm);

struct OperatorCaller {
    accounts::Operator who;
    bool local = false;
};

/// A person or program of the operators, or the command line of this machine. Throws Failure(unauthenticated).
Task<OperatorCaller> guardOperator(Services& services, const http::Request& request);

/// The tenant of the path. Throws Failure(notFound) where it is not served: unknown, trashed and suspended look the
/// same from outside; (unavailable) while it is being made.
Task<tenancy::TenantContextPtr> servedTenant(Services& services, std::string id);

}  // namespace polyclinic::api
