#include <algorithm>

#include "fhir/validation/narrative.h"
#include "fhir/validation/primitives.h"
#include "fhir/validation/walk.h"

namespace polyclinic::fhir {

using json::Value;

void Walk::primitiveElement(const Value* value, const Value* sibling, const Property& property, const Place& place) {
    const bool list = definitions_.elementOf(property).list;
    for (const Value* part : {value, sibling}) {
        if (!part || part->isArray() == list) continue;
        return issues_.add(
            place, "structure",
            list ? "This element repeats: its value must be an array." : "This element does not repeat: its value must not be an array.");
    }
    if (!list) return primitiveItem(value, sibling, property, place);

    const auto values = value ? value->items() : std::span<Value>();
    const auto siblings = sibling ? sibling->items() : std::span<Value>();
    if ((value && values.empty()) || (sibling && siblings.empty())) {
        return issues_.add(place, "structure", "An array must not be empty.");
    }
    Place item = place;
    const std::size_t count = std::max(values.size(), siblings.size());
    for (std::size_t i = 0; i < count; ++i) {
        ++item.index;
        // In arrays null holds the place of a value or of its extensions.
        const Value* one = i < values.size() && !values[i].isNull() ? &values[i] : nullptr;
        const Value* its = i < siblings.size() && !siblings[i].isNull() ? &siblings[i] : nullptr;
        if (one || its)
            primitiveItem(one, its, property, item);
        else
            issues_.add(item, "structure", "A null in an array needs extensions at the same place.");
    }
}

void Walk::primitiveItem(const Value* value, const Value* sibling, const Property& property, const Place& place) {
    if (value) primitiveValue(*value, property, place);
    if (!sibling || !isComplex(*sibling, *element_, place)) return;
    if (!value || sibling->members().empty()) return object(*sibling, *element_, place, nullptr);
    // With a value beside it an id alone is enough.
    if (sibling->members().size() == 1 && sibling->find("id")) {
        const Place id{&place, "id"};
        return primitiveElement(sibling->find("id"), nullptr, *definitions_.property(*element_, "id"), id);
    }
    object(*sibling, *element_, place, nullptr);
}

void Walk::primitiveValue(const Value& value, const Property& property, const Place& place) {
    const Type& type = definitions_.typeOf(property);
    switch (checkPrimitive(type.primitive, value)) {
        case PrimitiveFault::kind:
            return issues_.add(place, "structure", "The JSON value is not of the kind that " + std::string(type.name) + " needs.");
        case PrimitiveFault::empty:
            return issues_.add(place, "value", "A value must not be empty.");
        case PrimitiveFault::tooLong:
            return issues_.add(place, "too-long", "A text must not be longer than 1 MiB.");
        case PrimitiveFault::form:
            return issues_.add(place, "value", "The value has not the form of the type " + std::string(type.name) + ".");
        case PrimitiveFault::none:
            break;
    }
    if (type.primitive == Primitive::code) {
        binding(value, property, type, place);
    } else if (type.primitive == Primitive::xhtml) {
        if (const auto fault = narrativeFault(value.text()); !fault.empty()) {
            issues_.add(place, "invariant", std::string(fault));
        }
    }
}

}  // namespace polyclinic::fhir
