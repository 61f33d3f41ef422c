// What a person kept from an app, in words.

#pragma once

#include <string_view>
#include <vector>

#include "pages/sentences.h"

namespace polyclinic::pages {

/// Kinds of information about the patient that a long list of types granted with one of `half` (readVerbs, writeVerbs)
/// leaves out; empty where such a list is short, so that naming what it grants says more.
std::vector<Sentence> withheld(const access::ScopeSet& granted, access::Verbs half, std::string_view language);

}  // namespace polyclinic::pages
