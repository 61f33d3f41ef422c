// Consent without its page: which parts of a request have a box, how the boxes of an app that comes again stand, what an
// answer grants, and for how long. Pure; all of it in sets of (level, type, verb, query), text only where a form sends it.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "base/clock.h"

namespace polyclinic::consent {

/// Read parts that need no box: facts about nobody, and the person's own name where the app is told who it is.
bool hasNoBox(const access::Scope& scope, const std::vector<std::string>& nonResourceScopes);

/// What an answer to the page grants: the ticked boxes' scopes as far as they were offered, and the parts of `offered`
/// that have no box. `ticked`: values of boxes as they were sent, each one or more scope texts; one that holds anything
/// that was not offered is no box of this page. `resourceTypes`: the types by which the page asked for everything
/// (consent/wildcard.h). Never more than `offered`.
access::ScopeSet chosenScopes(const access::ScopeSet& offered, const std::vector<std::string>& nonResourceScopes,
                              const std::vector<std::string>& ticked, const std::vector<std::string>& resourceTypes = {});

/// What a person decided about an app before.
struct FormerDecision {
    access::ScopeSet granted;
    std::optional<access::ScopeSet> offered;  // nothing: not known any more
};

enum class BoxState {
    first,    // the app asks for the first time
    allowed,  // as it is now
    refused,  // it was asked before, and left empty
    added     // not asked before
};
/// How a box stands that stands for `scopes`, some of `asked` = spread(...).
BoxState boxState(const access::ScopeSet& scopes, const access::ScopeSet& asked, const std::optional<FormerDecision>& before);
/// A refusal is not asked away, and a change that an app asks for later is never ticked for the person.
bool isTickedAtFirst(BoxState state, bool changes);

/// How long access may last. `value` is what the form sends as `duration`.
struct Duration {
    std::string value;  // hour, quarter, year, open
    Timestamp ends;     // open: a day so far away that isOpenEnd() is true
};
/// What a patient may choose from, seen from `now`.
std::vector<Duration> durations(Timestamp now);
/// The end that a sent `duration` means; nothing for other texts.
std::optional<Timestamp> endOf(std::string_view duration, Timestamp now);
/// Whether a grant's end means "until I stop it".
bool isOpenEnd(Timestamp ends);

}  // namespace polyclinic::consent
