#include "pages/wildcard.h"

#include <algorithm>
#include <set>

#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"
#include "pages/scope_rows.h"
#include "pages/words.h"
#include "store/access_scope.h"

namespace polyclinic::pages {
namespace {

using access::Scope;
using access::ScopeSet;
using access::Verbs;

/// From here on a list of types is as good as everything.
constexpr std::size_t longList = 40;

bool reads(const Scope& scope) { return scope.level == access::Level::patient && !scope.query && (scope.verbs & access::readVerbs); }
bool readsEverything(const Scope& scope) { return scope.type == "*" && reads(scope); }
bool readsType(const Scope& scope) { return scope.type != "*" && reads(scope); }

bool isAmong(const std::vector<Scope>& scopes, const Scope& scope) { return std::find(scopes.begin(), scopes.end(), scope) != scopes.end(); }

/// The reading part of `everything`, for one type.
Scope ofType(const Scope& everything, std::string_view type) {
    return {everything.level, std::string(type), Verbs(everything.verbs & access::readVerbs), std::nullopt, everything.v1};
}

std::set<std::string> typesRead(const ScopeSet& scopes) {
    std::set<std::string> types;
    for (const auto& scope : scopes.scopes())
        if (readsType(scope)) types.insert(scope.type);
    return types;
}

}  // namespace

ScopeSet spread(const ScopeSet& offered, const std::vector<std::string>& kinds) {
    auto types = typesRead(offered);
    std::erase_if(types, [](const auto& type) { return isAboutNobody(type); });
    for (const auto& kind : kinds)
        if (fhir::hasPatientCompartment(kind)) types.insert(kind);
    if (types.empty()) return offered;
    // What the same words say is decided by one box.
    std::set<std::string> rows;
    for (const auto& type : types) rows.insert(rowNameOf(type));
    for (const auto type : fhir::Definitions::r4().resourceTypes())
        if (fhir::hasPatientCompartment(type) && rows.contains(rowNameOf(type))) types.emplace(type);
    // Without them the app would show "Practitioner/17" for the doctor's name.
    for (const auto type : fhir::Definitions::r4().resourceTypes())
        if (store::isShared(type) && rowNameOf(type) == "nobody") types.emplace(type);
    auto scopes = offered.scopes();
    for (const auto& everything : offered.scopes())
        if (readsEverything(everything))
            for (const auto& type : types)
                if (auto scope = ofType(everything, type); !isAmong(scopes, scope)) scopes.push_back(std::move(scope));
    return ScopeSet(std::move(scopes));
}

ScopeSet gathered(const ScopeSet& offered, const ScopeSet& asked, const ScopeSet& granted) {
    const auto given = [&](const Scope& scope) {
        Verbs verbs = 0;  // a type may be named twice, with other verbs
        for (const auto& other : granted.scopes())
            if (other.level == scope.level && other.type == scope.type && other.query == scope.query && other.v1 == scope.v1)
                verbs |= other.verbs & scope.verbs;
        return verbs;
    };
    const bool nothingRefused = std::ranges::all_of(asked.scopes(), [&](const Scope& scope) {
        return !reads(scope) || (given(scope) & access::readVerbs) == (scope.verbs & access::readVerbs);
    });
    const auto named = typesRead(asked);
    std::vector<Scope> left;
    for (const auto& scope : asked.scopes()) {
        Scope part = scope;
        part.verbs = given(scope);
        if (readsEverything(scope) && !nothingRefused) {
            if (part.verbs & access::readVerbs)
                for (const auto type : fhir::Definitions::r4().resourceTypes())
                    if ((fhir::hasPatientCompartment(type) || store::isShared(type)) && !named.contains(std::string(type)))
                        left.push_back(ofType(part, type));
            part.verbs &= access::writeVerbs;
        } else if (nothingRefused && !isAmong(offered.scopes(), scope)) {
            continue;
        }
        if (part.verbs != 0) left.push_back(std::move(part));
    }
    // Nobody was asked for these: alone they are nothing that was allowed.
    if (std::ranges::all_of(left, [&](const Scope& scope) { return isAboutNobody(scope.type) && !isAmong(offered.scopes(), scope); })) left.clear();
    return ScopeSet(std::move(left));
}

std::vector<Sentence> withheld(const ScopeSet& granted, std::string_view language) {
    const auto types = typesRead(granted);
    if (types.size() < longList || std::ranges::any_of(granted.scopes(), readsEverything)) return {};
    const auto& words = Words::of(language);
    std::set<std::string> said;
    for (const auto& type : types) said.insert(rowNameOf(type));
    std::vector<std::pair<std::size_t, Sentence>> lines;
    for (const auto type : fhir::Definitions::r4().resourceTypes()) {
        const auto row = rowNameOf(type);
        if (!fhir::hasPatientCompartment(type) || isAboutNobody(type) || !said.insert(row).second) continue;
        const auto* known = words.scope(row);
        const auto what = known ? known->what : words.text("scope_other", {{"type", type}});
        lines.emplace_back(known ? known->rank : 10'000, Sentence{words.capitalised(what), known ? known->more : std::string(), {}});
    }
    std::ranges::stable_sort(lines, {}, [](const auto& line) { return line.first; });
    std::vector<Sentence> out;
    for (auto& [rank, sentence] : lines) out.push_back(std::move(sentence));
    return out;
}

}  // namespace polyclinic::pages
