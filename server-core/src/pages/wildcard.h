// A scope for everything, asked and decided one kind at a time: "patient/*.rs" has a box for each kind of information
// that the record holds, and one for everything else.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "pages/sentences.h"

namespace polyclinic::pages {

/// `offered`, and beside each scope that reads everything one for each of `kinds` (resource types; others are ignored),
/// for each type that `offered` names, and for facts about staff and places. The same as `offered` where it reads nothing
/// as a whole or no kind is named.
access::ScopeSet spread(const access::ScopeSet& offered, const std::vector<std::string>& kinds);

/// `granted`, some of the scopes of `asked` = spread(offered, ...) with some of their verbs, without what spread() added:
/// the scope for everything where no kind was refused; else type by type, where "everything else" means each type that a
/// patient's app may read and that `asked` does not name.
access::ScopeSet gathered(const access::ScopeSet& offered, const access::ScopeSet& asked, const access::ScopeSet& granted);

/// Kinds of information about the patient that a long list of granted types leaves out; empty where such a list is short,
/// so that naming what it grants says more.
std::vector<Sentence> withheld(const access::ScopeSet& granted, std::string_view language);

}  // namespace polyclinic::pages
