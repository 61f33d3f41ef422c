// From a resource along the steps of a search parameter to its values.

#pragma once

#include <span>

#include "base/json.h"
#include "fhir/search/parameters.h"

namespace polyclinic::fhir {

/// Calls `use` for every value that the steps reach; lists count as their items.
template <class Use>
void followSteps(const json::Value& at, std::span<const Step> steps, const Use& use) {
    if (at.isArray()) {
        for (const auto& item : at.items()) followSteps(item, steps, use);
        return;
    }
    if (at.isNull()) return;
    if (steps.empty()) return use(at);
    const Step& step = steps.front();
    const json::Value* next = at.find(step.name);
    if (!next) return;
    if (step.first && next->isArray()) {
        if (next->items().empty()) return;
        next = &next->items().front();
    }
    const auto follow = [&](const json::Value& item) {
        if (step.member.empty() || item.stringAt(step.member) == step.value) followSteps(item, steps.subspan(1), use);
    };
    if (!next->isArray()) return follow(*next);
    for (const auto& item : next->items()) follow(item);
}

}  // namespace polyclinic::fhir
