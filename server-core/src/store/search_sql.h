// The statements of a search. See search_sql.cpp for their shapes.

#pragma once

#include <optional>

#include "store/search.h"

namespace polyclinic::store::sql {

// Columns of a page: id, version, updated, content, rid, then one for each sort key.
inline constexpr std::size_t columnId = 0, columnVersion = 1, columnUpdated = 2, columnContent = 3, columnRid = 4, columnKeys = 5;

/// How a search is to be carried out.
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

/// What a driver may have for gather() to be the faster one; and for it to be so without a try of anything else.
inline constexpr std::size_t fewRows = 1'000, rareRows = 64;

/// The page out of the driver's rows, or out of all resources of the type. Sorts what it found. `onlyIfRare`: answers
/// nothing when the driver has more than `rare` rows. `onlyWithoutKey`: those that have no value of the sort key.
db::TenantStatement gather(const Plan& plan, std::size_t limit, bool onlyIfRare = false, bool onlyWithoutKey = false,
                           std::size_t rare = fewRows);

/// The page by walking the sort key's own index in its order: resources without a value are not among it.
/// `onlyIfMany`: answers nothing when the driver has `fewRows` rows or fewer.
db::TenantStatement walk(const Plan& plan, std::size_t limit, bool onlyIfMany);

/// The same for plans that stroll. Of a driver with more than `rareRows` and up to `fewRows` rows it gives up after some
/// steps: a page that is not full then says nothing. Nothing of one with fewer.
db::TenantStatement stroll(const Plan& plan, std::size_t limit);

/// One row: how many match.
db::TenantStatement count(const Plan& plan);

/// True when every match must have a value of the sort key.
bool keyIsSure(const Plan& plan);

/// The sort keys of a row, as a cursor holds them.
fhir::Position positionOf(const Plan& plan, const db::Result& rows, std::size_t row);

}  // namespace polyclinic::store::sql
