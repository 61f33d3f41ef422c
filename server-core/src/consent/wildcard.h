// A scope for everything, asked and decided one kind at a time: "patient/*.cruds" has a box for each kind of information
// that the record holds, one for everything else, and the same again for changes.

#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"

namespace polyclinic::consent {

/// `offered`, and beside each scope for everything one for each of `resourceTypes` (resource types; others are ignored), for each
/// type that `offered` names and, for reading, for facts about staff and places. The same as `offered` where it holds no
/// scope for everything or no kind is named.
access::ScopeSet expandWildcard(const access::ScopeSet& offered, const std::vector<std::string>& resourceTypes);

/// `granted`, some of the scopes of `asked` = spread(offered, ...) with some of their verbs, without what expandWildcard() added:
/// the scope for everything where no kind was refused; else type by type, where "everything else" means each type that a
/// patient's app may read or write and that `asked` does not name. Reading and changing are told apart.
access::ScopeSet collapseWildcard(const access::ScopeSet& offered, const access::ScopeSet& asked, const access::ScopeSet& granted);

/// Whether it is a patient's scope for every type.
bool isEverything(const access::Scope& scope);

/// Types that patients' scopes name with verbs of `half`.
std::set<std::string, std::less<>> typesNamed(const access::ScopeSet& scopes, access::Verbs half);

/// Whether `before`, what was granted earlier, allows all of `scope`, one of `asked` = spread(...): a scope for everything
/// stands for the types that `asked` does not name.
bool isHeld(const access::Scope& scope, const access::ScopeSet& asked, const access::ScopeSet& before);

}  // namespace polyclinic::consent
