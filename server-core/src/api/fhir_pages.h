// What a FHIR base says of itself to anybody.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

// GET [base]/metadata
Answer capabilities(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
// GET [base]/.well-known/smart-configuration
Answer smartConfiguration(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);

}  // namespace polyclinic::api
