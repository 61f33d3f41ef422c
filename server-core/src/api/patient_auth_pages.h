// The patients' authorization server, as handlers of routes.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

Answer patientDiscovery(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientAuthorize(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientConsent(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientToken(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientIntrospect(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientRevoke(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientUserinfo(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientJwks(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
/// Files that its pages name.
Answer patientAuthAsset(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);

}  // namespace polyclinic::api
