#include "interactions/criteria.h"

#include "base/encoding.h"
#include "base/failure.h"

namespace polyclinic::interactions {

fhir::SearchQuery parseCriteria(std::string_view type, std::string_view criteria, const Exchange& exchange) {
    if (criteria.starts_with('?')) criteria.remove_prefix(1);
    const auto fields = parseForm(criteria);
    if (!fields || fields->empty()) throw Failure(FailureKind::badRequest, "The search criteria are empty or not well-formed.");
    fhir::QueryOptions options;
    options.strict = true;
    options.cursorKey = exchange.cursorKey;
    return fhir::parseQuery(type, *fields, options);
}

}  // namespace polyclinic::interactions
