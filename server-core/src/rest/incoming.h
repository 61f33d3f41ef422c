// The resource of a request's body, checked; on a worker when it is large.

#pragma once

#include "base/task.h"
#include "fhir/incoming.h"
#include "rest/exchange.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::rest {

fhir::Owner ownerOf(const Exchange& exchange, const tenancy::TenantContext& tenant);

/// Throws as fhir::parseBody and fhir::prepareResource.
Task<json::Document> incomingResource(const Exchange& exchange, const tenancy::TenantContext& tenant);

}  // namespace polyclinic::rest
