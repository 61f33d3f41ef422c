// What a search asks of a resource, as a tree: predicates on single parameters, joined by and, or and not.
// http://hl7.org/fhir/R4/search.html#combining

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "fhir/search/parameters.h"

namespace polyclinic::fhir {

enum class Comparator : std::uint8_t { eq, ne, gt, lt, ge, le, sa, eb, ap };

/// How a predicate's operands are compared with values: what the parameter's type and the modifier come to. What makes it
/// is a row of types/types.cpp here, what becomes of it one of records/search/types/types.cpp.
enum class Match : std::uint8_t {
    token,
    string,
    exact,
    contains,
    reference,
    date,
    uri,
    below,
    number,
    quantity,
    composite,
    missing,  // there is no value
    present,  // there is one
    id,
    updated,
};

/// One of the alternatives that commas separate. What is filled depends on the predicate's Match.
struct Operand {
    std::string text;                   // string, exact, contains: folded; uri, below: as sent; id
    std::int64_t code = 0;              // hash of a token's code, a unit, a reference's target, an exact string
    bool anyCode = false;               // token: system alone; quantity: no unit
    std::vector<std::int64_t> systems;  // hashes, 0 for "no system"; empty: any
    std::optional<std::int32_t> type;   // of a reference's target; nothing: any
    std::int64_t version = 0;           // of a canonical; 0: any
    Comparator comparator = Comparator::eq;
    Timestamp low, high;                     // the range that a date stands for, both ends included
    double number = 0, lowest = 0, end = 0;  // a number, and the range [lowest, end) that it stands for
    std::vector<Operand> parts;              // of a composite: two

    /// Comparisons that the database makes for it.
    std::size_t cost() const;
};

/// One parameter: true where one of the operands fits one of its values (for missing: where it has none).
struct Predicate {
    const Parameter* parameter;
    Match match;
    std::int32_t param;          // of the index rows: the parameter's number or a derived one
    std::vector<Operand> anyOf;  // empty for missing and present alone

    /// Of its operands; of :missing one.
    std::size_t cost() const;
};

struct QueryNode;

/// True where all of the nodes are. The root may have none, which is true everywhere; others have one at least.
struct And {
    std::vector<QueryNode> nodes;
};

/// True where one of the nodes is. There is one at least.
struct Or {
    std::vector<QueryNode> nodes;
};

/// True where none of the nodes is. There is one at least.
struct Not {
    std::vector<QueryNode> nodes;
};

/// Another kind of node is one more of these; the compiler then names the places that must know it.
struct QueryNode {
    std::variant<Predicate, And, Or, Not> value;

    /// Null where it is none.
    const Predicate* predicate() const { return std::get_if<Predicate>(&value); }
    /// Of its predicates: what joins them costs nothing.
    std::size_t cost() const;
    /// One line for people and tests. Holds what was searched for: not for the log.
    std::string toString() const;
};

/// For std::visit: one lambda for each kind of node.
template <class... Cases>
struct NodeCases : Cases... {
    using Cases::operator()...;
};

/// Calls `use` for every predicate of the tree, wherever it stands.
template <class Use>
void forEachPredicate(const QueryNode& node, const Use& use) {
    const auto inside = [&](const auto& joined) {
        for (const auto& each : joined.nodes) forEachPredicate(each, use);
    };
    std::visit(NodeCases{[&](const Predicate& predicate) { use(predicate); }, inside}, node.value);
}

}  // namespace polyclinic::fhir
