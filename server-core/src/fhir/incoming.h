// From bytes that a client sent to a resource that may be stored. Pure; any thread.

#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace polyclinic::fhir {

/// Whose data it will be.
struct Owner {
    std::string tenantId;
    std::string base;            // the FHIR base of its own resources, without a closing slash
    std::string askedBase = {};  // another base of the same records that was asked; empty: none
};

/// Strict JSON. Throws Failure(badRequest) with the byte where it broke.
json::Document parseBody(std::string_view body);

/// Takes the tenant's mark, checks all that can be checked without the database and makes references to our own base
/// relative. `place`: what stands for the type in the places of faults, e.g. Bundle.entry[3].resource; empty: the type.
/// Throws Failure(badRequest) for a resourceType other than `type`, (unprocessable) with a FHIRPath for each fault and
/// for another tenant's mark.
void prepareResource(json::Document& document, std::string_view type, const Owner& owner, std::string_view place = {});

}  // namespace polyclinic::fhir
