#include "fhir/search/query_tree.h"

#include <algorithm>

namespace polyclinic::fhir {

std::size_t Operand::cost() const {
    std::size_t cost = std::max<std::size_t>(1, systems.size());
    for (const auto& part : parts) cost += part.cost();
    return parts.empty() ? cost : cost - 1;
}

std::size_t Predicate::cost() const {
    std::size_t cost = 0;
    for (const auto& operand : anyOf) cost += operand.cost();
    return std::max<std::size_t>(1, cost);
}

std::size_t QueryNode::cost() const {
    std::size_t cost = 0;
    forEachPredicate(*this, [&](const Predicate& predicate) { cost += predicate.cost(); });
    return cost;
}

}  // namespace polyclinic::fhir
