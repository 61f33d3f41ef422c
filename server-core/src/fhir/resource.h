// What every resource has, and what a reference says by its text alone.

#pragma once

#include <optional>
#include <string_view>

#include "base/json.h"

namespace polyclinic::fhir {

/// The type id of http://hl7.org/fhir/R4/datatypes.html#id: 1 to 64 of A-Z a-z 0-9 - and dot.
bool isId(std::string_view text);

/// Texts are empty where the resource does not say them; they live as long as the resource's Document.
struct ResourceHead {
    std::string_view type;
    std::string_view id;
    std::string_view versionId;
};
ResourceHead readHead(const json::Value& resource);

/// A literal reference whose text tells what it points at: [base/]Type/id[/_history/version].
struct LiteralReference {
    std::string_view base;  // without its closing slash; empty: relative
    std::string_view type;
    std::string_view id;
    std::string_view version;
};
/// Nothing for other texts: urn:uuid:..., #fragment, Type?query, addresses of another shape.
std::optional<LiteralReference> readReference(std::string_view text);

}  // namespace polyclinic::fhir
