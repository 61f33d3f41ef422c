// Required bindings: http://hl7.org/fhir/R4/terminologies.html#required

#pragma once

#include "base/json.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::fhir {

enum class Binding {
    kept,
    keptByCodeOnly,  // the code is of the set, its system is not
    broken
};

/// `value` is of `type`: code, Coding or CodeableConcept; others always keep it. One good coding is enough.
Binding checkBinding(const Definitions& definitions, const ValueSet& set, const Type& type, const json::Value& value);

}  // namespace polyclinic::fhir
