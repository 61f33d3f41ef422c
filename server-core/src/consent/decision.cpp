#include "consent/decision.h"

#include <algorithm>

#include "consent/scope_rows.h"
#include "consent/wildcard.h"

namespace polyclinic::consent {
namespace {

using access::Scope;
using access::ScopeSet;
using namespace std::chrono_literals;

constexpr auto day = 24h;
/// What no calendar on a page needs to show.
constexpr auto farAway = day * 365 * 100;

bool hasWord(const std::vector<std::string>& nonResourceScopes, std::string_view word) {
    return std::ranges::find(nonResourceScopes, word) != nonResourceScopes.end();
}

/// Reading and changing are asked apart.
std::vector<Scope> halvesOf(const ScopeSet& scopes) {
    std::vector<Scope> halves;
    for (const auto& scope : scopes.scopes())
        for (const auto verbs : {access::readVerbs, access::writeVerbs}) {
            Scope half = scope;
            half.verbs &= verbs;
            if (half.verbs != 0) halves.push_back(std::move(half));
        }
    return halves;
}

/// The scopes of a box's value; nothing where it holds what was not offered.
std::vector<Scope> boxOf(std::string_view value, const ScopeSet& asked) {
    auto box = access::parseScopeList(value);
    const bool offered = box.dropped.empty() && box.nonResourceScopes.empty() &&
                         std::ranges::all_of(box.scopes, [&](const Scope& scope) { return asked.covers(scope); });
    return offered ? std::move(box.scopes) : std::vector<Scope>();
}

}  // namespace

bool hasNoBox(const Scope& scope, const std::vector<std::string>& nonResourceScopes) {
    if (scope.query) return false;
    const bool patientGoesAlong =
        hasWord(nonResourceScopes, "launch/patient") || hasWord(nonResourceScopes, "fhirUser") || hasWord(nonResourceScopes, "profile");
    return isAboutNobody(scope.type) || (scope.type == "Patient" && scope.level == access::Level::patient && patientGoesAlong);
}

ScopeSet chosenScopes(const ScopeSet& offered, const std::vector<std::string>& nonResourceScopes, const std::vector<std::string>& ticked,
                      const std::vector<std::string>& resourceTypes) {
    const auto asked = expandWildcard(offered, resourceTypes);
    std::vector<Scope> chosen;
    for (auto& half : halvesOf(asked))
        if ((half.verbs & access::readVerbs) && rowOf(half) && hasNoBox(half, nonResourceScopes)) chosen.push_back(std::move(half));
    for (const auto& value : ticked)
        for (auto& scope : boxOf(value, asked))
            if (rowOf(scope)) chosen.push_back(std::move(scope));
    const ScopeSet allowed(std::move(chosen));
    // As they were asked for, as far as they were allowed.
    std::vector<Scope> whole;
    for (const auto& scope : asked.scopes())
        if (auto given = access::narrowed(scope, allowed.verbsFor(scope.level, scope.type, scope.query)); given.verbs != 0)
            whole.push_back(std::move(given));
    return collapseWildcard(offered, asked, ScopeSet(std::move(whole)));
}

BoxState boxState(const ScopeSet& scopes, const ScopeSet& asked, const std::optional<FormerDecision>& before) {
    if (!before) return BoxState::first;
    const auto isIn = [&](const ScopeSet& set) { return [&](const Scope& scope) { return isHeld(scope, asked, set); }; };
    if (std::ranges::all_of(scopes.scopes(), isIn(before->granted))) return BoxState::allowed;
    if (!before->offered) return BoxState::refused;
    const bool refused = std::ranges::any_of(
        scopes.scopes(), [&](const Scope& scope) { return isIn(*before->offered)(scope) && !isIn(before->granted)(scope); });
    return refused ? BoxState::refused : BoxState::added;
}

bool isTickedAtFirst(BoxState state, bool changes) {
    return state == BoxState::first || state == BoxState::allowed || (state == BoxState::added && !changes);
}

std::vector<Duration> durations(Timestamp now) {
    return {{"hour", now + 1h}, {"quarter", now + day * 91}, {"year", now + day * 365}, {"open", now + farAway * 2}};
}

std::optional<Timestamp> endOf(std::string_view duration, Timestamp now) {
    for (const auto& known : durations(now))
        if (known.value == duration) return known.ends;
    return std::nullopt;
}

bool isOpenEnd(Timestamp ends) { return ends > Clock::system().now() + farAway; }

}  // namespace polyclinic::consent
