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
using SystemCaller = Caller;
using PatientCaller = Caller;

/// An app of a patient of this tenant with a token of patient/auth: reach ends at that patient's records. With the
/// scope fhirUser the app may read its own patient's Patient. Throws Failure(unauthenticated), or (forbidden) for a
/// token that names no patient.
Task<PatientCaller> guardPatient(Services& services, const http::Request& request, const tenancy::TenantContext& tenant);

/// A backend service of this tenant with a token for `audience`. Throws Failure(unauthenticated).
Task<SystemCaller> guardSystem(Services& services, const http::Request& request, const tenancy::TenantContext& tenant,
                               std::string audience);

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
