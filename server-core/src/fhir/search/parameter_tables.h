// What searchgen writes. For parameters.cpp only.

#pragma once

#include "fhir/search/parameters.h"

namespace polyclinic::fhir::tables {

struct TypeEntry {
    std::string_view name;
    std::span<const Parameter> all;              // sorted by code
    std::span<const Parameter* const> offered;  // sorted by code
};

/// Sorted by name.
extern const std::span<const TypeEntry> searchTypes;

}  // namespace polyclinic::fhir::tables
