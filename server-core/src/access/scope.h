// SMART scopes for FHIR resources, v1 and v2 (SMART App Launch 2.2, "Scopes for requesting FHIR Resources"):
//   patient|user|system / Type|* . read|write|* | c?r?u?d?s? [?param=value&...]
// Strict: wrong order, unknown letters and unknown types are no scopes. Linear in the length of the text.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access_scope.h"

namespace polyclinic::access {

enum class Level { patient, user, system };
std::string_view toText(Level level);

/// A set of verbs, as bits of Verb.
using Verbs = std::uint8_t;
constexpr Verbs bit(Verb verb) { return static_cast<Verbs>(verb); }
constexpr Verbs readVerbs = bit(Verb::read) | bit(Verb::search);
constexpr Verbs writeVerbs = bit(Verb::create) | bit(Verb::update) | bit(Verb::remove);

struct Scope {
    Level level = Level::patient;
    std::string type;                  // a resource type, or "*"
    Verbs verbs = 0;                   // never empty
    std::optional<std::string> query;  // after '?', as written
    bool v1 = false;                   // written as read, write or *; a spelling, which decides nothing

    friend bool operator==(const Scope&, const Scope&) = default;
};

/// `scope` with no other verbs than `verbs`: written as v2 where v1 has no word for what is left.
Scope narrowed(Scope scope, Verbs verbs);

/// Nothing for text that is no resource scope.
std::optional<Scope> parseScope(std::string_view text);
/// As it was written; a v1 scope that was narrowed to what v1 cannot say is written as v2.
std::string toText(const Scope& scope);

/// A set of (level, type, verb, query), kept in the order and the spelling in which it was asked for.
class ScopeSet {
  public:
    ScopeSet() = default;
    explicit ScopeSet(std::vector<Scope> scopes) : scopes_(std::move(scopes)) {}

    /// Whether all resources of `type` may be met with `verb`. Scopes with a query do not count here.
    bool allows(Level level, std::string_view type, Verb verb) const;
    /// The same as a value that interactions take; only what `level` grants without a query.
    AccessScope access(Level level) const;

    /// Verbs that are held for exactly this type ("*" is one of its own) and query.
    Verbs verbsFor(Level level, std::string_view type, const std::optional<std::string>& query) const;
    /// Whether all verbs of `scope` are among verbsFor() it.
    bool covers(const Scope& scope) const { return (verbsFor(scope.level, scope.type, scope.query) & scope.verbs) == scope.verbs; }

    const std::vector<Scope>& scopes() const { return scopes_; }
    bool empty() const { return scopes_.empty(); }
    /// Separated by single spaces: the `scope` of token answers.
    std::string text() const;
    /// [{"level","type","verbs","query"?,"v1"?}]: how grants and tokens keep them.
    std::string toJson() const;
    /// Throws Failure(internal) for other text.
    static ScopeSet fromJson(std::string_view text);

    friend bool operator==(const ScopeSet&, const ScopeSet&) = default;

  private:
    std::vector<Scope> scopes_;
};

struct ScopeRequest {
    std::vector<Scope> scopes;                   // well-formed resource scopes, repetition removed
    std::vector<std::string> nonResourceScopes;  // openid, fhirUser, launch...: known words that are no resource scopes
    std::vector<std::string> dropped;            // everything else
    /// Bytes that RFC 6749 section 3.3 does not allow, more than 1,000 scopes or 32 KB, chained or modified
    /// parameters in a query: refused as a whole. Nothing else is filled then.
    bool hostile = false;
};

ScopeRequest parseScopeList(std::string_view text);

/// What of `requested` at `level` is registered: types and verbs narrowed, never widened; order kept. Scopes with a
/// query are left out, since nothing enforces them yet, and for patients what verbsOfPatientApps() says nobody can do.
ScopeSet grantable(const std::vector<Scope>& requested, const std::vector<Scope>& registered, Level level);

/// The first word of `scopes` that is no resource scope of `level` without a query; empty when all are.
std::string firstForeign(std::string_view scopes, Level level);
/// The same for apps that people sign in to: openid, offline_access and the other words are no strangers there.
std::string firstForeignOfApp(std::string_view scopes, Level level);

}  // namespace polyclinic::access
