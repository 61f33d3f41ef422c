#include "pages/withheld.h"

#include <algorithm>
#include <set>

#include "consent/scope_rows.h"
#include "consent/wildcard.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"
#include "pages/translations.h"

namespace polyclinic::pages {
namespace {

using access::Scope;
using access::ScopeSet;
using access::Verbs;

/// From here on a list of types is as good as everything.
constexpr std::size_t longList = 40;

}  // namespace

std::vector<Sentence> withheld(const ScopeSet& granted, Verbs half, std::string_view language) {
    const auto types = consent::typesNamed(granted, half);
    if (types.size() < longList ||
        std::ranges::any_of(granted.scopes(), [&](const Scope& scope) { return consent::isEverything(scope) && (scope.verbs & half); }))
        return {};
    const auto& translations = Translations::of(language);
    std::set<std::string> said;
    for (const auto& type : types) said.insert(consent::rowNameOf(type));
    std::vector<std::pair<std::size_t, Sentence>> lines;
    for (const auto type : fhir::Definitions::r4().resourceTypes()) {
        const auto row = consent::rowNameOf(type);
        if (!fhir::hasPatientCompartment(type) || consent::isAboutNobody(type) || !said.insert(row).second) continue;
        const auto* known = translations.scope(row);
        const bool reading = half == access::readVerbs;
        const auto what = known ? (reading ? known->what : known->items)
                                : translations.text(reading ? "scope_other" : "scope_other_items", {{"type", type}});
        lines.emplace_back(known ? known->rank : 10'000,
                           Sentence{translations.capitalised(what), known && reading ? known->more : std::string(), {}});
    }
    std::ranges::stable_sort(lines, {}, [](const auto& line) { return line.first; });
    std::vector<Sentence> out;
    for (auto& [rank, sentence] : lines) out.push_back(std::move(sentence));
    return out;
}

}  // namespace polyclinic::pages
