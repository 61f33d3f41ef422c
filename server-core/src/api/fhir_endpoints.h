// What a base tells everybody of itself.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

// GET [base]/metadata
Answer capabilities(Services& services, const http::Request& request, const authorization_server::Realm& realm,
                    tenancy::TenantContextPtr tenant);
// GET [base]/.well-known/smart-configuration
Answer smartConfiguration(Services& services, const http::Request& request, const authorization_server::Realm& realm,
                          tenancy::TenantContextPtr tenant);

}  // namespace polyclinic::api
