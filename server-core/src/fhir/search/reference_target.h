// What a reference's text points at, as the index keeps it.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace polyclinic::fhir {

struct ReferenceTarget {
    std::int64_t target = 0;    // hash of the id, or of the whole URI
    std::int32_t type = 0;      // 0: no resource of ours
    std::int64_t version = 0;   // of a canonical
    std::string_view typeName;  // of "Type/id" and of absolute addresses that end so; else empty
};

/// "Type/id", "<ownBase>/Type/id", with or without /_history/n, any other URI, or a canonical "uri|version".
/// Nothing for "#contained" and for the empty text. `ownBase`: without a slash at its end, or empty.
/// http://hl7.org/fhir/R4/search.html#reference
std::optional<ReferenceTarget> parseReference(std::string_view text, std::string_view ownBase, bool canonical);

}  // namespace polyclinic::fhir
