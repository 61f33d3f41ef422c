// Structural validation: what FHIR demands of a resource and can be judged from the resource alone.

#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/json.h"

namespace polyclinic::fhir {

struct ValidateOptions {
    std::string_view expectedType;  // empty: any resource type
    std::size_t issueLimit = 100;
};

/// Errors, then warnings; the resource may be stored when there is no error. Looked at: elements, cardinality,
/// choices, primitive values, required bindings, types that references may point at (a warning), contained
/// resources, extensions, narrative. `expression` is the FHIRPath of the place (Patient.name[0].given[1]);
/// nothing in an issue is content of the resource. Any thread.
std::vector<Issue> validate(const json::Value& resource, const ValidateOptions& options = {});

}  // namespace polyclinic::fhir
