// A search as a value: what was asked, checked and understood, and nothing of how it is carried out.
// http://hl7.org/fhir/R4/search.html

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/encoding.h"
#include "fhir/search/cursor.h"
#include "fhir/search/query_tree.h"

namespace polyclinic::fhir {

/// What a search may cost. It counts what the values came to (the many addresses above one, the systems that a code may
/// be of), not the characters that were sent: each is planned for and bound to a parameter of its own, and PostgreSQL
/// takes 65,535 of those. A statement names a predicate up to four times.
inline constexpr std::size_t mostOperands = 1'000;

struct SortKey {
    const Parameter* parameter;
    bool descending;
};

enum class Total : std::uint8_t { none, estimate, accurate };

struct SearchQuery {
    std::string type;
    And where;                         // true for a match
    std::vector<SortKey> sort;         // empty: any order that stays the same
    std::size_t count = 20;            // resources a page
    bool countOnly = false;            // _count=0 and _summary=count: no resources, the number of matches
    std::optional<Total> total;        // as asked
    std::optional<Position> after;     // the page begins behind it
    FormFields applied;                // for the self link: what was understood, without _cursor
    std::vector<std::string> ignored;  // names of parameters that were not
    CursorSeal seal;                   // makes the next page's cursor

    /// Of the tree, and one for each sort key.
    std::size_t cost() const;
    /// One line for people and tests. Holds what was searched for: not for the log.
    std::string toString() const;
};

struct QueryOptions {
    bool strict = false;                    // Prefer: handling=strict
    std::string_view cursorKey;             // secret that seals cursors
    std::int32_t tenant = 0;                // cursors of another tenant are refused
    std::string_view ownBase;               // address of the tenant's FHIR API, no slash at its end
    Timestamp now = Clock::system().now();  // what `ap` is near to
    std::size_t defaultCount = 20;
    std::size_t maximumCount = 1'000;
};

/// `fields`: of the query, or of a POST _search. Throws Failure(badRequest) for what is malformed, for more than
/// `mostOperands` (code "too-costly"; the place is the parameter, "http.<name>"), and for what is known to FHIR and not
/// offered here (code "not-supported"): a filter is never left out in silence. Parameters that FHIR
/// does not know go to `ignored`, or throw when `strict`. No message repeats a value. `_format` and `_pretty` are
/// left to whoever writes the answer.
SearchQuery parseQuery(std::string_view type, const FormFields& fields, const QueryOptions& options);

}  // namespace polyclinic::fhir
