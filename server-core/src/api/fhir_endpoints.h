// What a FHIR base says of itself to anybody.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

// GET [base]/metadata, of fhir-api and of patient/smart-api
Answer capabilities(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientCapabilities(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
// GET [base]/.well-known/smart-configuration, likewise
Answer smartConfiguration(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer patientSmartConfiguration(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);

}  // namespace polyclinic::api
