#include "access/scope.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "access/scope_query.h"
#include "base/failure.h"
#include "base/text.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::access {
namespace {

constexpr std::size_t longestList = 32 * 1024, mostScopes = 1000;
constexpr std::array<std::string_view, 3> levels{"patient", "user", "system"};
constexpr std::array<std::string_view, 9> nonResourceScopes{"openid",         "fhirUser",       "profile",
                                                            "launch",         "launch/patient", "launch/encounter",
                                                            "offline_access", "online_access",  "smart/orchestrate_launch"};
/// In the order in which SMART v2 wants them.
constexpr std::array<std::pair<char, Verb>, 5> letters{
    {{'c', Verb::create}, {'r', Verb::read}, {'u', Verb::update}, {'d', Verb::remove}, {'s', Verb::search}}};

std::optional<Level> levelOf(std::string_view text) {
    for (std::size_t i = 0; i < levels.size(); ++i)
        if (levels[i] == text) return static_cast<Level>(i);
    return std::nullopt;
}

/// 0 for anything but letters of cruds, each once at most, in that order.
Verbs verbsOf(std::string_view text) {
    Verbs verbs = 0;
    std::size_t next = 0;
    for (const auto& [letter, verb] : letters)
        if (next < text.size() && text[next] == letter) {
            verbs |= bit(verb);
            ++next;
        }
    return next == text.size() ? verbs : Verbs(0);
}

Verbs v1VerbsOf(std::string_view text) {
    if (text == "read") return readVerbs;
    if (text == "write") return writeVerbs;
    if (text == "*") return readVerbs | writeVerbs;
    return 0;
}

std::string verbsText(Verbs verbs, bool v1) {
    if (v1 && verbs == readVerbs) return "read";
    if (v1 && verbs == writeVerbs) return "write";
    if (v1 && verbs == (readVerbs | writeVerbs)) return "*";
    std::string text;
    for (const auto& [letter, verb] : letters)
        if (verbs & bit(verb)) text += letter;
    return text;
}

bool isScopeByte(unsigned char c) { return c == 0x21 || (c >= 0x23 && c <= 0x5B) || (c >= 0x5D && c <= 0x7E); }

}  // namespace

std::string_view toText(Level level) { return levels[static_cast<std::size_t>(level)]; }

Scope narrowed(Scope scope, Verbs verbs) {
    scope.verbs &= verbs;
    scope.v1 = scope.v1 && (scope.verbs == readVerbs || scope.verbs == writeVerbs || scope.verbs == (readVerbs | writeVerbs));
    return scope;
}

std::optional<Scope> parseScope(std::string_view text) {
    Scope scope;
    const auto slash = text.find('/');
    if (slash == text.npos) return std::nullopt;
    const auto level = levelOf(text.substr(0, slash));
    if (!level) return std::nullopt;
    scope.level = *level;

    auto rest = text.substr(slash + 1);
    if (const auto mark = rest.find('?'); mark != rest.npos) {
        scope.query = rest.substr(mark + 1);
        rest = rest.substr(0, mark);
    }
    const auto dot = rest.find('.');
    if (dot == rest.npos) return std::nullopt;
    scope.type = rest.substr(0, dot);
    if (scope.type != "*" && !fhir::Definitions::r4().isResourceType(scope.type)) return std::nullopt;

    const auto permission = rest.substr(dot + 1);
    scope.verbs = v1VerbsOf(permission);
    scope.v1 = scope.verbs != 0;
    if (!scope.v1) scope.verbs = verbsOf(permission);
    if (scope.verbs == 0) return std::nullopt;
    // Queries came with v2, and narrow one type.
    if (scope.query && (scope.v1 || scope.type == "*" || !isScopeQuery(*scope.query))) return std::nullopt;
    return scope;
}

std::string toText(const Scope& scope) {
    std::string text(toText(scope.level));
    text += '/' + scope.type + '.' + verbsText(scope.verbs, scope.v1);
    if (scope.query) text += '?' + *scope.query;
    return text;
}

bool ScopeSet::allows(Level level, std::string_view type, Verb verb) const {
    return std::any_of(scopes_.begin(), scopes_.end(), [&](const Scope& scope) {
        return scope.level == level && !scope.query && (scope.verbs & bit(verb)) && (scope.type == "*" || scope.type == type);
    });
}

Verbs ScopeSet::verbsFor(Level level, std::string_view type, const std::optional<std::string>& query) const {
    Verbs verbs = 0;
    for (const auto& scope : scopes_)
        if (scope.level == level && scope.type == type && scope.query == query) verbs |= scope.verbs;
    return verbs;
}

AccessScope ScopeSet::access(Level level) const {
    AccessScope access;
    for (const auto& scope : scopes_) {
        if (scope.level != level || scope.query) continue;
        access.grants.push_back({scope.type == "*" ? 0 : fhir::typeCode(scope.type), scope.verbs});
    }
    return access;
}

std::string ScopeSet::text() const {
    std::string text;
    for (const auto& scope : scopes_) {
        if (!text.empty()) text += ' ';
        text += toText(scope);
    }
    return text;
}

std::string ScopeSet::toJson() const {
    auto array = nlohmann::ordered_json::array();
    for (const auto& scope : scopes_) {
        nlohmann::ordered_json entry{{"level", toText(scope.level)}, {"type", scope.type}, {"verbs", verbsText(scope.verbs, false)}};
        if (scope.query) entry["query"] = *scope.query;
        if (scope.v1) entry["v1"] = true;
        array.push_back(std::move(entry));
    }
    return array.dump();
}

ScopeSet ScopeSet::fromJson(std::string_view text) {
    try {
        std::vector<Scope> scopes;
        for (const auto& entry : nlohmann::json::parse(text)) {
            Scope scope;
            scope.level = levelOf(entry.at("level").get<std::string>()).value();
            scope.type = entry.at("type").get<std::string>();
            scope.verbs = verbsOf(entry.at("verbs").get<std::string>());
            if (entry.contains("query")) scope.query = entry["query"].get<std::string>();
            scope.v1 = entry.value("v1", false);
            scopes.push_back(std::move(scope));
        }
        return ScopeSet(std::move(scopes));
    } catch (const std::exception&) {
        throw Failure(FailureKind::internal, "A token cannot be read.", "scopes of a token are not as they are written");
    }
}

ScopeRequest parseScopeList(std::string_view text) {
    ScopeRequest hostile;
    hostile.hostile = true;
    if (text.size() > longestList) return hostile;

    ScopeRequest request;
    std::unordered_set<std::string_view> seen;
    std::size_t count = 0;
    for (const auto token : splitWords(text)) {
        if (++count > mostScopes || !std::all_of(token.begin(), token.end(), isScopeByte)) return hostile;
        if (!seen.insert(token).second) continue;
        const auto mark = token.find('?');
        if (mark != token.npos && isHostileQuery(token.substr(mark + 1))) return hostile;
        if (auto scope = parseScope(token))
            request.scopes.push_back(std::move(*scope));
        else if (std::find(nonResourceScopes.begin(), nonResourceScopes.end(), token) != nonResourceScopes.end())
            request.nonResourceScopes.emplace_back(token);
        else
            request.dropped.emplace_back(token);
    }
    return request;
}

}  // namespace polyclinic::access
