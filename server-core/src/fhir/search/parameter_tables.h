// What searchgen writes. For parameters.cpp and fhir/compartment.cpp only.

#pragma once

#include "fhir/search/parameters.h"

namespace polyclinic::fhir::tables {

struct TypeEntry {
    std::string_view name;
    std::span<const Parameter> all;             // sorted by code
    std::span<const Parameter* const> offered;  // sorted by code
};

/// A type's place in the Patient compartment: codes of its search parameters, references all of them.
struct CompartmentEntry {
    std::string_view type;
    std::span<const std::string_view> parameters;
};

/// Sorted by name.
extern const std::span<const TypeEntry> searchTypes;
/// http://hl7.org/fhir/R4/compartmentdefinition-patient.html, sorted by type; types without a parameter left out.
extern const std::span<const CompartmentEntry> patientCompartment;

}  // namespace polyclinic::fhir::tables
