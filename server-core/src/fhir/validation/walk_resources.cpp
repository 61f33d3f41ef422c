#include <algorithm>

#include "fhir/resource.h"
#include "fhir/validation/walk.h"

namespace polyclinic::fhir {

using json::Value;

void Walk::resource(const Value& value, const Place& place, std::string_view expectedType) {
    if (!value.isObject()) return issues_.add(place, "structure", "A resource must be a JSON object.");
    const std::string_view name = value.stringAt("resourceType");
    const Type* type = definitions_.resourceType(name);
    if (!type) return issues_.add(place, "structure", "The resourceType is missing or is no resource type of FHIR R4.");
    if (!expectedType.empty() && name != expectedType) {
        return issues_.add(place, "invariant", "The resourceType must be " + std::string(expectedType) + ".");
    }
    container_ = &value;
    if (const Value* inside = value.find("contained")) {
        for (const Value& one : inside->items()) contained_.emplace(one.stringAt("id"), one.stringAt("resourceType"));
    }
    object(value, *type, place.name.empty() ? Place{nullptr, type->name} : place, nullptr);
}

void Walk::contained(const Value& value, const Place& place) {
    if (isContained_) return issues_.add(place, "invariant", "A contained resource must not contain another (dom-2).");
    if (!value.isObject()) return issues_.add(place, "structure", "A resource must be a JSON object.");
    const Type* type = definitions_.resourceType(value.stringAt("resourceType"));
    if (!type) return issues_.add(place, "structure", "The resourceType is missing or is no resource type of FHIR R4.");
    const std::string_view id = value.stringAt("id");
    if (id.empty())
        issues_.add({&place, "id"}, "required", "A contained resource needs an id.");
    else if (contained_.count(id) > 1)
        issues_.add({&place, "id"}, "invariant", "Two contained resources have the same id.");
    isContained_ = true;
    object(value, *type, place, nullptr);
    isContained_ = false;
}

void Walk::reference(const Value& value, const Property& property, const Place& place) {
    const std::string_view text = value.stringAt("reference");
    if (text.empty()) return;
    const Place here{&place, "reference"};
    if (text.front() != '#') {
        if (const auto literal = readReference(text)) target(literal->type, property, here);
        return;
    }
    if (text.size() == 1) {  // the container itself
        if (isContained_) target(container_->stringAt("resourceType"), property, here);
        return;
    }
    const auto found = contained_.find(text.substr(1));
    if (found == contained_.end()) return issues_.add(here, "invariant", "No contained resource has this id (ref-1).");
    target(found->second, property, here);
}

void Walk::target(std::string_view type, const Property& property, const Place& place) {
    if (property.targetCount == 0) return;
    const auto targets = definitions_.tables().targets.subspan(property.firstTarget, property.targetCount);
    const bool allowed = std::ranges::any_of(targets, [&](std::uint16_t index) { return definitions_.tables().types[index].name == type; });
    // Four of HL7's own examples do so, so it is no reason to refuse.
    if (!allowed) issues_.warn(place, "value", "The reference points at a type of resource that is not allowed here.");
}

}  // namespace polyclinic::fhir
