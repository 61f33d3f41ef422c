#include "records/search/plan.h"

#include <algorithm>

#include "records/search/types/types.h"

namespace polyclinic::records::sql {
namespace {

using fhir::Comparator;
using fhir::DataType;
using fhir::Match;
using fhir::ParameterType;
using fhir::Predicate;
using fhir::Storage;

bool excludes(const Predicate& predicate) {
    return std::ranges::any_of(predicate.anyOf, [](const auto& operand) { return operand.comparator == Comparator::ne; });
}

/// How few rows a predicate is likely to leave: the smallest drives. 100: it cannot drive.
int rankOf(const Predicate& predicate) {
    const auto& parameter = *predicate.parameter;
    const auto is = [&](auto... types) {
        return std::ranges::any_of(parameter.branches, [&](const auto& b) { return ((b.type == types) || ...); });
    };
    if (excludes(predicate)) return 100;
    switch (predicate.match) {
        case Match::token:
            if (std::ranges::any_of(predicate.anyOf, &fhir::Operand::anyCode)) return 60;
            if (predicate.param != parameter.id || is(DataType::Identifier)) return 10;
            if (parameter.code.starts_with('_')) return 55;
            if (parameter.code == "category") return 45;
            if (is(DataType::CodeableConcept, DataType::Coding)) return parameter.code == "code" ? 30 : 35;
            if (is(DataType::ContactPoint, DataType::string, DataType::uri, DataType::id)) return 20;
            return 50;  // code and boolean: few values
        case Match::reference:
            return 20;
        case Match::exact:
            return 25;
        case Match::string:
            return 28;
        case Match::uri:
            return parameter.code.starts_with('_') ? 55 : 25;
        case Match::composite:
            return 32;
        case Match::below:
            return 40;
        case Match::number:
        case Match::quantity:
            return 42;
        case Match::date:
            return predicate.anyOf.front().comparator == Comparator::eq ? 40 : 58;
        case Match::missing:
            return 48;
        case Match::present:
            return 56;
        default:
            return 100;
    }
}

/// The root's own predicates: every match must fit them. Inside of other nodes one of several may do, or none.
std::vector<const Predicate*> required(const fhir::SearchQuery& query) {
    std::vector<const Predicate*> predicates;
    for (const auto& node : query.where.nodes)
        if (const auto* predicate = node.predicate()) predicates.push_back(predicate);
    return predicates;
}

}  // namespace

Plan planOf(const fhir::SearchQuery& query, const std::vector<access::ScopePredicate>& scope) {
    Plan plan{query, scope};
    // Records named by id are read by id, whoever names them.
    const auto predicates = required(query);
    const bool byId = std::ranges::any_of(predicates, [](const auto* each) { return each->match == Match::id; }) ||
                      std::ranges::any_of(scope, [](const auto& each) { return each.anyOf.empty(); });
    plan.byId = byId;
    if (!byId) {
        int best = 100;
        for (const auto* predicate : predicates)
            if (const int rank = rankOf(*predicate); rank < best) {
                best = rank;
                plan.leadingPredicate = predicate;
            }
        for (const auto& each : scope)
            if (best >= 20 && each.anyOf.size() == 1 && each.ids.empty()) {
                best = 19;  // the first one stays
                plan.leadingPredicate = nullptr;
                plan.leadingScopePredicate = &each;
            }
    }
    // The sort key's own index answers its predicate on the way.
    if (plan.leadingPredicate && query.sort.size() == 1 && !isPresence(*plan.leadingPredicate) && !query.sort.front().parameter->repeats &&
        plan.leadingPredicate->param == query.sort.front().parameter->id)
        plan.leadingPredicate = nullptr;
    // A walk through everybody's values for the records of one is the slower way, however many those are.
    plan.canWalk =
        query.sort.size() == 1 && !byId && !plan.leadingScopePredicate && query.sort.front().parameter->kind != ParameterType::quantity;
    plan.scansBounded = plan.canWalk && plan.leadingPredicate && plan.leadingPredicate->match == Match::token &&
                        rankOf(*plan.leadingPredicate) >= 30 && query.sort.front().parameter->storage == Storage::index;
    return plan;
}

Bound boundOf(const Plan& plan) {
    // Each predicate is asked of each row and each alternative is planned: with many of them few rows take long too.
    constexpr std::size_t mostPredicates = 6, mostAlternatives = 32, mostListed = 200;
    const auto& query = plan.query;
    std::size_t predicates = 0, alternatives = 0;
    bool readsWhole = plan.leadingPredicate && isPresence(*plan.leadingPredicate), allPass = true;
    for (const auto& node : query.where.nodes) {
        fhir::forEachPredicate(node, [&](const Predicate& predicate) {
            const auto& row = rowOf(predicate.match);
            ++predicates;
            alternatives += row.isList ? predicate.cost() * mostAlternatives / mostListed : predicate.cost();
            readsWhole |= row.readsWhole;
        });
        // The sort key's own index answers its predicate as a range.
        const auto* own = node.predicate();
        allPass &= own && !isPresence(*own) && !excludes(*own) && own->match != Match::contains && plan.canWalk &&
                   own->param == query.sort.front().parameter->id;
    }
    if (predicates > mostPredicates || alternatives > mostAlternatives || readsWhole) return Bound::nothing;
    if (plan.byId) return Bound::page;
    if (!plan.hasLeadingPredicate())
        return allPass && plan.scope.empty() && (query.sort.empty() || plan.canWalk) ? Bound::page : Bound::nothing;
    // One value's index rows come in the order of the page where nothing is sorted.
    const bool alone = plan.leadingPredicate && query.sort.empty() && query.where.nodes.size() == 1 && plan.scope.empty();
    if (alone && plan.leadingPredicate->anyOf.size() == 1 &&
        (plan.leadingPredicate->match == Match::reference ||
         (plan.leadingPredicate->match == Match::token && !plan.leadingPredicate->anyOf.front().anyCode)))
        return Bound::page;
    return Bound::leadingPredicate;
}

bool keyIsSure(const Plan& plan) {
    const auto& parameter = *plan.query.sort.front().parameter;
    return parameter.storage != Storage::index || std::ranges::any_of(required(plan.query), [&](const auto* predicate) {
               return predicate->param == parameter.id && predicate->match != Match::missing;
           });
}

}  // namespace polyclinic::records::sql
