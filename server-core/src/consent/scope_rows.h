// Which row of the table of sentences a scope belongs to; the rows' words are in portal-ui/translations.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/scope.h"

namespace polyclinic::consent {

struct ScopeRow {
    std::string name;      // of Words::scope: "Observation", "Observation?laboratory", "*", "nobody", "lists"
    std::string from, to;  // days that a date query names, as sent; empty: none
};

/// Nothing when no single sentence says the scope's query. A type without a row of its own gives its own name.
std::optional<ScopeRow> rowOf(const access::Scope& scope);

/// The row of a type's own sentence.
std::string rowNameOf(std::string_view type);

/// Kinds of resources that tell nothing of a patient: staff, places, medicines, forms, definitions.
bool isAboutNobody(std::string_view type);

}  // namespace polyclinic::consent
