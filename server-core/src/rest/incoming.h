// The resource of a request's body, checked; on a worker when it is large.

#pragma once

#include "base/task.h"
#include "fhir/incoming.h"
#include "rest/exchange.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::rest {

/// Above this many bytes a body is read on a worker, so that the loop does not stand still for others, and its tree is counted.
constexpr std::size_t largeBody = 64 * 1024;
/// A tree is counted as so many times its bytes. The densest, [1,1,1, takes that, and as much again while it is read, which
/// as many are as there are workers.
constexpr std::size_t treeFactor = 8;

fhir::Owner ownerOf(const Exchange& exchange, const tenancy::TenantContext& tenant);

/// Throws as fhir::parseBody and fhir::prepareResource.
Task<json::Document> incomingResource(const Exchange& exchange, const tenancy::TenantContext& tenant);

}  // namespace polyclinic::rest
