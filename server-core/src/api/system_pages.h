// The authorization server of backend services, as handlers of routes.

#pragma once

#include "api/route.h"

namespace polyclinic::api {

Answer systemDiscovery(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer systemAuthorize(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer systemAsset(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer systemToken(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer systemIntrospect(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
Answer systemRevoke(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);

}  // namespace polyclinic::api
