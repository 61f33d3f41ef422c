// The statements of a search. See search_sql.cpp for their shapes.

#pragma once

#include "store/search_key.h"
#include "store/search_plan.h"

namespace polyclinic::store::sql {

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

}  // namespace polyclinic::store::sql
