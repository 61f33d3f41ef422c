// What of a request is granted: requested and registered, never more than either (access/scope.h).

#include <algorithm>

#include "access/scope.h"

namespace polyclinic::access {
namespace {

/// Nobody is asked for, and nobody given, what is refused in any case. "*" stands for what of every type is not.
Verbs possible(Level level, std::string_view type) {
    return level == Level::patient && type != "*" ? verbsOfPatientApps(type) : Verbs(readVerbs | writeVerbs);
}

/// Verbs that `registered` holds for exactly `type` ("*" included as a type of its own).
Verbs registeredFor(const std::vector<Scope>& registered, Level level, std::string_view type) {
    Verbs verbs = 0;
    for (const auto& scope : registered)
        if (scope.level == level && !scope.query && scope.type == type) verbs |= scope.verbs;
    return verbs;
}

void add(std::vector<Scope>& granted, Scope scope) {
    if (scope.verbs == 0 || std::find(granted.begin(), granted.end(), scope) != granted.end()) return;
    granted.push_back(std::move(scope));
}

}  // namespace

ScopeSet grantable(const std::vector<Scope>& requested, const std::vector<Scope>& registered, Level level) {
    const Verbs everywhere = registeredFor(registered, level, "*");
    std::vector<Scope> granted;
    for (const auto& wanted : requested) {
        if (wanted.level != level || wanted.query) continue;
        if (wanted.type != "*") {
            const Verbs held = everywhere | registeredFor(registered, level, wanted.type);
            add(granted, narrowed(wanted, Verbs(held & possible(level, wanted.type))));
            continue;
        }
        add(granted, narrowed(wanted, everywhere));
        // All types were asked for and some are registered by name: those, with what "*" does not give already.
        for (const auto& named : registered) {
            if (named.level != level || named.query || named.type == "*") continue;
            Scope single = wanted;
            single.type = named.type;
            const Verbs held = registeredFor(registered, level, named.type) & Verbs(~everywhere);
            add(granted, narrowed(std::move(single), Verbs(held & possible(level, named.type))));
        }
    }
    return ScopeSet(std::move(granted));
}

std::string firstForeign(std::string_view scopes, Level level) {
    const auto request = parseScopeList(scopes);
    if (!request.hostile && request.dropped.empty() && !request.nonResourceScopes.empty()) return request.nonResourceScopes.front();
    return firstForeignOfApp(scopes, level);
}

std::string firstForeignOfApp(std::string_view scopes, Level level) {
    const auto request = parseScopeList(scopes);
    if (request.hostile) return std::string(scopes.substr(0, 80));
    if (!request.dropped.empty()) return request.dropped.front();
    for (const auto& scope : request.scopes)
        if (scope.level != level || scope.query) return toText(scope);
    return {};
}

}  // namespace polyclinic::access
