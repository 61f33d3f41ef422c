// The patients' authorization server, as handlers of routes.

#pragma once

#include "api/route.h"
#include "auth/patient_auth.h"

namespace polyclinic::api {

using PatientAuthEndpoint = Task<http::Response> (auth::PatientAuth::*)(const http::Request&, auth::PersonAuthContext&);
Answer askPatientAuth(Services& services, PatientAuthEndpoint endpoint, const http::Request& request, tenancy::TenantContextPtr tenant);

/// One endpoint: patientAuth<&auth::PatientAuth::token>.
template <PatientAuthEndpoint endpoint>
Answer patientAuth(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    return askPatientAuth(services, endpoint, request, std::move(tenant));
}

Answer patientDiscovery(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientJwks(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
/// Files that its pages name.
Answer patientAuthAsset(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);

}  // namespace polyclinic::api
