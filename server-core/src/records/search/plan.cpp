#include "records/search/plan.h"

#include <algorithm>

#include "records/search/conditions.h"

namespace polyclinic::records::sql {
namespace {

using fhir::Comparator;
using fhir::Criterion;
using fhir::DataType;
using fhir::Match;
using fhir::ParameterType;
using fhir::Storage;

/// How few rows a criterion is likely to leave: the smallest drives. 100: it cannot drive.
int rankOf(const Criterion& criterion) {
    const auto& parameter = *criterion.parameter;
    const auto is = [&](auto... types) {
        return std::ranges::any_of(parameter.branches, [&](const auto& b) { return ((b.type == types) || ...); });
    };
    const bool negative = std::ranges::any_of(criterion.anyOf, [](const auto& o) { return o.comparator == Comparator::ne; });
    if (negative) return 100;
    switch (criterion.match) {
        case Match::token:
            if (std::ranges::any_of(criterion.anyOf, &fhir::Operand::anyCode)) return 60;
            if (criterion.param != parameter.id || is(DataType::Identifier)) return 10;
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
            return criterion.anyOf.front().comparator == Comparator::eq ? 40 : 58;
        case Match::missing:
            return 48;
        case Match::present:
            return 56;
        default:
            return 100;
    }
}

}  // namespace

Plan planOf(const fhir::SearchQuery& query, const std::vector<access::ScopePredicate>& scope) {
    Plan plan{query, scope};
    // Records named by id are read by id, whoever names them.
    const bool byId = std::ranges::any_of(query.criteria, [](const auto& c) { return c.match == Match::id; }) ||
                      std::ranges::any_of(scope, [](const auto& each) { return each.anyOf.empty(); });
    plan.byId = byId;
    if (!byId) {
        int best = 100;
        for (const auto& criterion : query.criteria)
            if (const int rank = rankOf(criterion); rank < best) {
                best = rank;
                plan.leadingPredicate = &criterion;
            }
        for (const auto& each : scope)
            if (best >= 20 && each.anyOf.size() == 1 && each.ids.empty()) {
                best = 19;  // the first one stays
                plan.leadingPredicate = nullptr;
                plan.leadingScopePredicate = &each;
            }
    }
    // The sort key's own index answers its criterion on the way.
    if (plan.leadingPredicate && query.sort.size() == 1 && !isPresence(*plan.leadingPredicate) && !query.sort.front().parameter->repeats &&
        plan.leadingPredicate->param == query.sort.front().parameter->id)
        plan.leadingPredicate = nullptr;
    // A walk through everybody's values for the records of one is the slower way, however many those are.
    plan.canWalk =
        query.sort.size() == 1 && !byId && !plan.leadingScopePredicate && query.sort.front().parameter->kind != ParameterType::quantity;
    plan.scansBounded = plan.canWalk && plan.leadingPredicate && tableOf(*plan.leadingPredicate) == "index_token" &&
                        rankOf(*plan.leadingPredicate) >= 30 && query.sort.front().parameter->storage == Storage::index;
    return plan;
}

Bound boundOf(const Plan& plan) {
    // Each criterion is asked of each row and each alternative is planned: with many of them few rows take long too.
    constexpr std::size_t mostCriteria = 6, mostAlternatives = 32, mostListed = 200;
    const auto& query = plan.query;
    std::size_t alternatives = 0;
    bool readsWhole = false, allPass = true;
    for (const auto& criterion : query.criteria) {
        if (isPresence(criterion)) allPass = false;
        readsWhole |= criterion.match == Match::below || (&criterion == plan.leadingPredicate && isPresence(criterion));
        const bool isList = criterion.match == Match::token || criterion.match == Match::notToken || criterion.match == Match::reference ||
                            criterion.match == Match::uri || criterion.match == Match::exact || criterion.match == Match::id;
        alternatives += isList ? criterion.cost() * mostAlternatives / mostListed : criterion.cost();
        const bool excludes = std::ranges::any_of(criterion.anyOf, [](const auto& o) { return o.comparator == Comparator::ne; });
        // The sort key's own index answers its criterion as a range.
        allPass &= !excludes && criterion.match != Match::notToken && criterion.match != Match::contains && plan.canWalk &&
                   criterion.param == query.sort.front().parameter->id;
    }
    if (query.criteria.size() > mostCriteria || alternatives > mostAlternatives || readsWhole) return Bound::nothing;
    if (plan.byId) return Bound::page;
    if (!plan.hasLeadingPredicate())
        return allPass && plan.scope.empty() && (query.sort.empty() || plan.canWalk) ? Bound::page : Bound::nothing;
    // One value's index rows come in the order of the page where nothing is sorted.
    const bool alone = plan.leadingPredicate && query.sort.empty() && query.criteria.size() == 1 && plan.scope.empty();
    if (alone && plan.leadingPredicate->anyOf.size() == 1 &&
        (plan.leadingPredicate->match == Match::reference ||
         (plan.leadingPredicate->match == Match::token && !plan.leadingPredicate->anyOf.front().anyCode)))
        return Bound::page;
    return Bound::leadingPredicate;
}

bool keyIsSure(const Plan& plan) {
    const auto& parameter = *plan.query.sort.front().parameter;
    return parameter.storage != Storage::index || std::ranges::any_of(plan.query.criteria, [&](const auto& criterion) {
               return criterion.param == parameter.id && criterion.match != Match::missing && criterion.match != Match::notToken;
           });
}

}  // namespace polyclinic::records::sql
