// How a search is to be carried out: which index is read first, and in whose order.

#pragma once

#include <vector>

#include "store/search.h"

namespace polyclinic::store::sql {

struct Plan {
    const fhir::SearchQuery& query;
    const std::vector<ScopePredicate>& scope;
    const fhir::Criterion* driver = nullptr;      // the criterion whose index rows are read first
    const ScopePredicate* scopeDriver = nullptr;  // or the scope's
    bool byId = false;                            // the records are named: no driver is needed
    bool canWalk = false;                         // the only sort key has an index in its order
    bool strolls = false;                         // and the driver is likely to be found along it
    bool hasDriver() const { return driver || scopeDriver; }
};

Plan planOf(const fhir::SearchQuery& query, const std::vector<ScopePredicate>& scope);

/// True when every match must have a value of the sort key.
bool keyIsSure(const Plan& plan);

}  // namespace polyclinic::store::sql
