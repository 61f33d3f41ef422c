#include "consent/wildcard.h"

#include <algorithm>
#include <set>

#include "access/access_scope.h"
#include "consent/scope_rows.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::consent {
namespace {

using access::Scope;
using access::ScopeSet;
using access::Verbs;

constexpr Verbs halves[] = {access::readVerbs, access::writeVerbs}, everyVerb = access::readVerbs | access::writeVerbs;

bool isAmong(const std::vector<Scope>& scopes, const Scope& scope) {
    return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

/// Of one type, as far as an app of a patient may meet its resources at all.
Scope ofType(const Scope& everything, std::string_view type, Verbs verbs) {
    return access::narrowed({everything.level, std::string(type), everything.verbs, std::nullopt, everything.v1},
                            Verbs(verbs & access::verbsOfPatientApps(type)));
}

}  // namespace

bool isEverything(const Scope& scope) { return scope.type == "*" && scope.level == access::Level::patient && !scope.query; }

std::set<std::string, std::less<>> typesNamed(const ScopeSet& scopes, Verbs half) {
    std::set<std::string, std::less<>> types;
    for (const auto& scope : scopes.scopes())
        if (scope.level == access::Level::patient && scope.type != "*" && !scope.query && (scope.verbs & half)) types.insert(scope.type);
    return types;
}

ScopeSet expandWildcard(const ScopeSet& offered, const std::vector<std::string>& resourceTypes) {
    auto types = typesNamed(offered, access::readVerbs | access::writeVerbs);
    std::erase_if(types, [](const auto& type) { return isAboutNobody(type); });
    for (const auto& kind : resourceTypes)
        if (fhir::hasPatientCompartment(kind)) types.insert(kind);
    if (types.empty()) return offered;
    // What the same words say is decided by one box.
    std::set<std::string> rows;
    for (const auto& type : types) rows.insert(rowNameOf(type));
    for (const auto type : fhir::Definitions::r4().resourceTypes())
        if (fhir::hasPatientCompartment(type) && rows.contains(rowNameOf(type))) types.emplace(type);
    auto scopes = offered.scopes();
    const auto add = [&scopes](Scope scope) {
        if (scope.verbs != 0 && !isAmong(scopes, scope)) scopes.push_back(std::move(scope));
    };
    for (const auto& everything : offered.scopes()) {
        if (!isEverything(everything)) continue;
        for (const auto& type : types) add(ofType(everything, type, everything.verbs));
        // Without them the app would show "Practitioner/17" for the doctor's name.
        for (const auto type : fhir::Definitions::r4().resourceTypes())
            if (access::isShared(type) && rowNameOf(type) == "nobody") add(ofType(everything, type, access::readVerbs));
    }
    return ScopeSet(std::move(scopes));
}

ScopeSet collapseWildcard(const ScopeSet& offered, const ScopeSet& asked, const ScopeSet& granted) {
    const auto given = [&](const Scope& scope, Verbs half) {
        return Verbs(granted.verbsFor(scope.level, scope.type, scope.query) & scope.verbs & half);
    };
    std::vector<Scope> left;
    for (const auto& scope : asked.scopes()) {
        Scope part = scope;
        part.verbs = 0;
        std::vector<Scope> named;
        for (const auto half : halves) {
            const auto verbs = given(scope, half);
            const bool nothingRefused =
                std::ranges::all_of(asked.scopes(), [&](const Scope& each) { return given(each, half) == (each.verbs & half); });
            if (verbs == 0 || (nothingRefused && !isAmong(offered.scopes(), scope))) continue;
            if (nothingRefused || !isEverything(scope)) {
                part.verbs |= verbs;
                continue;
            }
            const auto decided = typesNamed(asked, half);
            for (const auto type : fhir::Definitions::r4().resourceTypes()) {
                if (!(verbs & access::verbsOfPatientApps(type)) || decided.contains(type)) continue;
                const auto known = std::ranges::find_if(named, [&](const Scope& each) { return each.type == type; });
                if (known == named.end())
                    named.push_back(ofType(scope, type, verbs));
                else
                    known->verbs |= Verbs(verbs & access::verbsOfPatientApps(type));
            }
        }
        for (auto& each : named) left.push_back(access::narrowed(std::move(each), everyVerb));
        if (part.verbs != 0) left.push_back(access::narrowed(std::move(part), everyVerb));
    }
    // Nobody was asked for these: alone they are nothing that was allowed.
    if (std::ranges::all_of(left, [&](const Scope& scope) { return isAboutNobody(scope.type) && !isAmong(offered.scopes(), scope); }))
        left.clear();
    return ScopeSet(std::move(left));
}

bool isHeld(const Scope& scope, const ScopeSet& asked, const ScopeSet& before) {
    const auto allows = [&](std::string_view type, Verbs verbs) {
        for (const auto verb : {access::Verb::create, access::Verb::read, access::Verb::update, access::Verb::remove, access::Verb::search})
            if ((verbs & access::bit(verb)) && !before.allows(scope.level, type, verb)) return false;
        return true;
    };
    if (scope.query) return before.covers(scope);
    if (!isEverything(scope)) return allows(scope.type, scope.verbs);
    for (const auto half : halves) {
        const auto decided = typesNamed(asked, half);
        for (const auto type : fhir::Definitions::r4().resourceTypes())
            if (!decided.contains(type) && !allows(type, Verbs(scope.verbs & half & access::verbsOfPatientApps(type)))) return false;
    }
    return true;
}

}  // namespace polyclinic::consent
