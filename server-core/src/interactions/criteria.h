// Search criteria that stand in a header or in an entry of a Bundle: "identifier=http://x|1".

#pragma once

#include <string>
#include <string_view>

#include "fhir/search/query.h"
#include "interactions/exchange.h"

namespace polyclinic::interactions {

/// Throws Failure(badRequest) for criteria that are empty, not well-formed or hold a parameter that is not known:
/// a condition that is read more widely than it was meant would hit the wrong resource.
fhir::SearchQuery parseCriteria(std::string_view type, std::string_view criteria, const Exchange& exchange);

}  // namespace polyclinic::interactions
