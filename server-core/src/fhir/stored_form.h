// The bytes that are stored and, unchanged, sent out again.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/json.h"

namespace polyclinic::fhir {

/// Extension of Resource.meta that names the tenant: {"url": ..., "valueReference": {"reference":
/// "Tenant/<id>"}}.
inline constexpr std::string_view tenantExtensionUrl = "urn:polyclinic:tenant-id";

/// What the server writes into a resource.
struct Stamp {
    std::string_view id;
    std::string_view tenantId;
    std::int64_t versionId;
    Timestamp lastUpdated;
};

/// Removes what names the tenant: our extension of meta, Aidbox's (https://aidbox.app/tenant-id) and Aidbox's
/// meta.tenant. Call it before validation: meta.tenant is no element of FHIR. Throws Failure(unprocessable)
/// when one of them names another tenant or none.
void takeTenantMark(json::Document& document, std::string_view tenantId);

/// Stamps the resource and answers it minified: resourceType, id, meta first, all else in the order sent.
/// `document` holds the stamped resource afterwards. Throws as takeTenantMark does.
std::string storedForm(json::Document& document, const Stamp& stamp);

}  // namespace polyclinic::fhir
