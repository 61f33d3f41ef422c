// The statements of a search. See search_sql.cpp for their shapes.

#pragma once

#include "records/search/key.h"
#include "records/search/plan.h"

namespace polyclinic::records::sql {

/// What a leading predicate may have for fetchAndSort() to be the faster one; and for it to be so without a try of anything else.
inline constexpr std::size_t fewRows = 1'000, rareRows = 64;

/// So far a bounded scan goes for a leading predicate with more than fewRows rows. Those are dense, or the bounded scan was in vain.
inline constexpr std::size_t longestStroll = 4'000;

/// The page out of the leading predicate's rows, or out of all resources of the type. Sorts what it found. `onlyIfRare`: answers
/// nothing when the leading predicate has more than `rare` rows. `onlyWithoutKey`: those that have no value of the sort key.
db::TenantStatement fetchAndSort(const Plan& plan, std::size_t limit, bool onlyIfRare = false, bool onlyWithoutKey = false,
                                 std::size_t rare = fewRows);

/// The page by walking the sort key's own index in its order: resources without a value are not among it.
/// `onlyIfMany`: answers nothing when the leading predicate has `fewRows` rows or fewer.
db::TenantStatement indexOrderScan(const Plan& plan, std::size_t limit, bool onlyIfMany);

/// The same for plans that scan so. It gives up after some steps: a page that is not full then says nothing. Nothing of a
/// leading predicate with fewer than `rareRows` rows.
db::TenantStatement boundedIndexScan(const Plan& plan, std::size_t limit);

/// One row where the leading predicate has more than `fewRows` rows, else none.
db::TenantStatement hasMany(const Plan& plan);

/// One row: how many match.
db::TenantStatement count(const Plan& plan);

}  // namespace polyclinic::records::sql
