// From a resource to the rows of its search index.

#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "fhir/search/rows.h"

namespace polyclinic::fhir {

/// All rows of all offered parameters of the resource's type, sorted and without repetition. Values that are not as
/// R4 defines them yield no rows; a type that R4 does not have yields none at all. `ownBase`: the address of the
/// tenant's FHIR API without a slash at its end, whose absolute references count as relative. Any thread.
///
/// A row of code 0 (token) or target 0 (reference) says that there is something that cannot be looked for (a
/// CodeableConcept with text only, a reference by display), for :missing.
/// References with an identifier also give token rows under parameterId(type, code + ":identifier").
///
/// Throws Failure(badRequest, code "too-costly", the type as its place) for more than `most` rows: a pair of values of a
/// composite is a row of its own, so that a short resource can come to millions.
IndexRows extract(const json::Value& resource, std::string_view ownBase = {}, std::size_t most = SIZE_MAX);

/// What a resource that is written may come to.
inline constexpr std::size_t mostIndexRows = 100'000;

}  // namespace polyclinic::fhir
