// Required bindings: http://hl7.org/fhir/R4/terminologies.html#required

#pragma once

#include "base/json.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::fhir {

/// Whether `value` (of `type`: code, Coding or CodeableConcept; others always) keeps to the set.
bool keepsBinding(const Definitions& definitions, const ValueSet& set, const Type& type, const json::Value& value);

}  // namespace polyclinic::fhir
