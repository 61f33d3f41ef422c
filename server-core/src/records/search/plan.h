// How a search is to be carried out: which index is read first, and in whose order.

#pragma once

#include <vector>

#include "records/search/search.h"

namespace polyclinic::records::sql {

struct Plan {
    const fhir::SearchQuery& query;
    const std::vector<access::ScopePredicate>& scope;
    const fhir::Predicate* leadingPredicate = nullptr;              // the one whose index rows are read first
    const access::ScopePredicate* leadingScopePredicate = nullptr;  // or the scope's
    bool byId = false;                                              // the records are named: no leading predicate is needed
    bool canWalk = false;                                           // the only sort key has an index in its order
    bool scansBounded = false;                                      // and the leading predicate is likely to be found along it
    bool hasLeadingPredicate() const { return leadingPredicate || leadingScopePredicate; }
};

Plan planOf(const fhir::SearchQuery& query, const std::vector<access::ScopePredicate>& scope);

/// What ends a page's reading, whatever the data are.
enum class Bound {
    page,              // each row of the index in whose order it reads is a match, or nearly: so many rows as the page has
    leadingPredicate,  // the leading predicate's rows, where those are few; how many they are shows when they are read
    nothing,           // it may read all there is
};

Bound boundOf(const Plan& plan);

/// True when every match must have a value of the sort key.
bool keyIsSure(const Plan& plan);

}  // namespace polyclinic::records::sql
