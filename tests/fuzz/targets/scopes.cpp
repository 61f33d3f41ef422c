#include "access/scope.h"

#include <algorithm>
#include <map>

#include "access/access_scope.h"
#include "base/encoding.h"
#include "consent/scope_rows.h"
#include "fhir/definitions/definitions.h"
#include "pages/sentences.h"
#include "targets.h"

namespace polyclinic::fuzz {
namespace {

using access::Level;
using access::Scope;
using access::ScopeSet;
using access::Verb;

constexpr Level levels[] = {Level::patient, Level::user, Level::system};
constexpr Verb verbs[] = {Verb::create, Verb::read, Verb::update, Verb::remove, Verb::search};
constexpr std::string_view types[] = {"Patient", "Observation", "Practitioner", "Group", "Binary"};

/// Calls `use(level, type, verb)` for a choice of all that can be asked.
template <class Use>
void everywhere(const std::vector<Scope>& scopes, const Use& use) {
    std::vector<std::string> asked(std::begin(types), std::end(types));
    for (const auto& scope : scopes)
        if (scope.type != "*" && asked.size() < 12) asked.push_back(scope.type);
    for (const auto level : levels)
        for (const auto& type : asked)
            for (const auto verb : verbs) use(level, type, verb);
}

void demandReadBack(const access::ScopeRequest& request) {
    for (const auto& scope : request.scopes) {
        demand(scope.verbs != 0 && scope.verbs < 32, "A scope has verbs.");
        const auto text = toText(scope);
        demand(access::parseScope(text) == scope, "An accepted scope's text is the same scope.");
        if (scope.v1) {
            auto second = scope;
            second.v1 = false;
            const auto modern = access::parseScope(toText(second));
            demand(modern && modern->verbs == scope.verbs && !modern->v1, "A v1 scope means what its v2 spelling means.");
        }
    }
    const ScopeSet all(request.scopes);
    demand(ScopeSet::fromJson(all.toJson()) == all, "Scopes come back from where they are kept.");
    const auto again = access::parseScopeList(all.text());
    demand(!again.hostile && again.scopes == request.scopes && again.nonResourceScopes.empty() && again.dropped.empty(),
           "Accepted scopes make a list of the same scopes.");
    for (const auto& word : request.dropped) demand(!access::parseScope(word), "No scope is dropped.");
}

void demandDecisions(const ScopeSet& set) {
    const auto& scopes = set.scopes();
    everywhere(scopes, [&](Level level, const std::string& type, Verb verb) {
        const auto said = std::ranges::any_of(scopes, [&](const Scope& scope) {
            return scope.level == level && !scope.query && (scope.type == "*" || scope.type == type) && (scope.verbs & access::bit(verb));
        });
        demand(set.allows(level, type, verb) == said, "What is allowed is what some scope says.");
        demand(access::decide(set.access(level), verb, fhir::typeCode(type)) == said, "Interactions decide alike.");
        auto app = set.access(level);
        app.compartment = access::Compartment{""};
        demand(!access::decide(app, verb, fhir::typeCode(type)), "An app of no patient may do nothing.");
        app.compartment->patient = "p1";
        demand(!access::decide(app, verb, fhir::typeCode(type)) || said, "A compartment never widens.");
    });
}

void demandGrants(const std::vector<Scope>& wanted, const std::vector<Scope>& registered) {
    const ScopeSet asked(wanted), may(registered);
    for (const auto level : levels) {
        const auto granted = access::grantable(wanted, registered, level);
        everywhere(wanted, [&](Level at, const std::string& type, Verb verb) {
            const bool both = at == level && asked.allows(at, type, verb) && may.allows(at, type, verb);
            demand(!granted.allows(at, type, verb) || both, "What is granted is asked for and registered.");
            const bool possible = at != Level::patient || (access::verbsOfPatientApps(type) & access::bit(verb)) != 0;
            demand(granted.allows(at, type, verb) || !both || !possible, "What is asked for, registered and possible is granted.");
        });
        for (const auto& scope : granted.scopes())
            demand(level != Level::patient || scope.type == "*" || !(scope.verbs & ~access::verbsOfPatientApps(scope.type)),
                   "By its name no patient's app is granted what none can do.");
        for (const auto& scope : granted.scopes()) demand(access::parseScope(toText(scope)).has_value(), "What is granted can be written.");
    }
}

/// Every half of every scope stands in exactly one sentence or among the refused.
void demandSentences(const access::ScopeRequest& request) {
    const auto shown = pages::sentencesOf(request.scopes, request.nonResourceScopes, {"en", "Clinic A", ""});
    std::map<std::string, int> said;
    const auto take = [&](const std::string& text) {
        for (const auto& scope : access::parseScopeList(text).scopes) ++said[toText(scope)];
    };
    for (const auto* group : {&shown.always, &shown.see, &shown.change, &shown.notes})
        for (const auto& sentence : *group) {
            demand(!sentence.brief.empty() && isUtf8(sentence.brief), "A sentence has words.");
            take(sentence.scope);
        }
    for (const auto& text : shown.refused) ++said[text];
    for (const auto& scope : request.scopes) {
        if (scope.level != Level::patient) {
            demand(said[toText(scope)] >= 1, "Scopes of other levels are refused by name.");
            continue;
        }
        for (const auto half : {access::readVerbs, access::writeVerbs}) {
            auto part = scope;
            part.verbs &= half;
            if (part.verbs != 0) demand(said[toText(part)] >= 1, "Every scope is said or refused.");
        }
    }

    const ScopeSet offered(request.scopes);
    std::vector<std::string> boxes, some;
    for (const auto* group : {&shown.see, &shown.change})
        for (const auto& sentence : *group) {
            boxes.push_back(sentence.scope);
            if (boxes.size() % 2 == 1) some.push_back(sentence.scope);
        }
    const auto whole = consent::chosenScopes(offered, request.nonResourceScopes, boxes),
               part = consent::chosenScopes(offered, request.nonResourceScopes, some);
    everywhere(request.scopes, [&](Level level, const std::string& type, Verb verb) {
        if (whole.allows(level, type, verb)) demand(offered.allows(level, type, verb), "Ticked boxes grant what was offered.");
        if (part.allows(level, type, verb)) demand(whole.allows(level, type, verb), "Fewer ticks grant no more.");
    });
}

}  // namespace

void scopes(std::string_view input) {
    const auto end = std::min(input.find('\n'), input.size());
    const auto wanted = input.substr(0, end), registered = input.substr(std::min(end + 1, input.size()));
    const auto asked = access::parseScopeList(wanted), may = access::parseScopeList(registered);
    for (const auto* request : {&asked, &may}) {
        if (request->hostile) {
            demand(request->scopes.empty() && request->nonResourceScopes.empty() && request->dropped.empty(),
                   "A hostile list is refused whole.");
            continue;
        }
        demandReadBack(*request);
        demandDecisions(ScopeSet(request->scopes));
    }
    demandGrants(asked.scopes, may.scopes);
    demandSentences(asked);
    for (const auto level : levels) {
        const bool own = !asked.hostile && asked.nonResourceScopes.empty() && asked.dropped.empty() &&
                         std::ranges::all_of(asked.scopes, [&](const Scope& scope) { return scope.level == level && !scope.query; });
        demand(access::firstForeign(wanted, level).empty() == own, "A registration names the stranger among its scopes.");
    }
}

}  // namespace polyclinic::fuzz
