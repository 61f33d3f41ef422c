// A scope for everything, asked and decided one kind at a time: "patient/*.cruds" has a box for each kind of information
// that the record holds, one for everything else, and the same again for changes.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "pages/sentences.h"

namespace polyclinic::pages {

/// `offered`, and beside each scope for everything one for each of `resourceTypes` (resource types; others are ignored), for each
/// type that `offered` names and, for reading, for facts about staff and places. The same as `offered` where it holds no
/// scope for everything or no kind is named.
access::ScopeSet expandWildcard(const access::ScopeSet& offered, const std::vector<std::string>& resourceTypes);

/// `granted`, some of the scopes of `asked` = spread(offered, ...) with some of their verbs, without what expandWildcard() added:
/// the scope for everything where no kind was refused; else type by type, where "everything else" means each type that a
/// patient's app may read or write and that `asked` does not name. Reading and changing are told apart.
access::ScopeSet collapseWildcard(const access::ScopeSet& offered, const access::ScopeSet& asked, const access::ScopeSet& granted);

/// Whether `before`, what was granted earlier, allows all of `scope`, one of `asked` = spread(...): a scope for everything
/// stands for the types that `asked` does not name.
bool isHeld(const access::Scope& scope, const access::ScopeSet& asked, const access::ScopeSet& before);

/// Kinds of information about the patient that a long list of types granted with one of `half` (readVerbs, writeVerbs)
/// leaves out; empty where such a list is short, so that naming what it grants says more.
std::vector<Sentence> withheld(const access::ScopeSet& granted, access::Verbs half, std::string_view language);

}  // namespace polyclinic::pages
