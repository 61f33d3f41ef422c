#include "fhir/validation/walk.h"

#include <bit>

#include "fhir/validation/bindings.h"

namespace polyclinic::fhir {
namespace {

using json::Member;
using json::Value;

std::size_t placeOf(const Definitions& definitions, const Type& type, std::string_view name) {
    return static_cast<std::size_t>(definitions.element(type, name) - definitions.elementsOf(type).data());
}

bool has(const std::array<std::uint64_t, 2>& bits, std::size_t place) { return bits[place / 64] >> (place % 64) & 1; }

/// Whether any type of FHIR has such a member: then its name is vocabulary, not content.
bool isVocabulary(const Definitions& definitions, std::string_view name) {
    for (const Property& property : definitions.tables().properties) {
        if (property.name == name) return true;
    }
    return false;
}

}  // namespace

Walk::Walk(const Definitions& definitions, Issues& issues)
    : definitions_(definitions),
      issues_(issues),
      element_(definitions.type("Element")),
      extension_(definitions.type("Extension")),
      reference_(definitions.type("Reference")),
      extensionValue_(placeOf(definitions, *extension_, "value")),
      extensionExtension_(placeOf(definitions, *extension_, "extension")) {}

bool Walk::isComplex(const Value& value, const Type& type, const Place& place) {
    if (value.isObject()) return true;
    issues_.add(place, "structure", "A value of type " + std::string(type.name) + " must be a JSON object.");
    return false;
}

void Walk::object(const Value& value, const Type& type, const Place& place, const Property* holder) {
    if (!isComplex(value, type, place)) return;
    Seen seen;
    for (const Member& member : value.members()) seen.siblings |= member.name.starts_with('_');
    for (const Member& member : value.members()) {
        if (type.kind == TypeKind::resource && member.name == "resourceType") continue;
        this->member(value, member, type, place, seen);
    }
    demandRequired(type, place, seen);
    if (type.kind != TypeKind::resource) demandContent(value, type, place, seen);
    if (&type == reference_ && holder) reference(value, *holder, place);
}

void Walk::member(const Value& value, const Member& member, const Type& type, const Place& place, Seen& seen) {
    const bool isSibling = member.name.starts_with('_');
    const std::string_view name = isSibling ? member.name.substr(1) : member.name;
    const Property* property = definitions_.property(type, name);
    if (!property) return refuseUnknown(value, member, type, place);
    const bool primitive = definitions_.typeOf(*property).kind == TypeKind::primitive;
    if (isSibling && !primitive) return refuseUnknown(value, member, type, place);

    const Value* partner = nullptr;
    if (isSibling) {
        if (value.find(name)) return;  // looked at with it
    } else if (seen.siblings && primitive) {
        partner = value.find("_" + std::string(name));
    }
    markSeen(type, *property, place, seen);
    const Place here{&place, definitions_.elementOf(*property).name};
    if (!primitive)
        complexElement(member.value, *property, here);
    else if (isSibling)
        primitiveElement(nullptr, &member.value, *property, here);
    else
        primitiveElement(&member.value, partner, *property, here);
}

void Walk::markSeen(const Type& type, const Property& property, const Place& place, Seen& seen) {
    const std::size_t at = property.element - std::size_t(type.firstElement);
    if (has(seen.elements, at)) {  // names are unique, so this is another type of the same choice
        issues_.add({&place, definitions_.elementOf(property).name}, "structure", "Only one type of value may be there.");
    }
    seen.elements[at / 64] |= std::uint64_t(1) << (at % 64);
}

void Walk::refuseUnknown(const Value& value, const Member& member, const Type& type, const Place& place) {
    if (issues_.isFull()) return;
    std::string sentence = std::string(type.name) + " has no element ";
    if (isVocabulary(definitions_, member.name))
        sentence += "'" + std::string(member.name) + "'.";
    else
        sentence += "of the name of member " + std::to_string(&member - value.members().data() + 1) + ".";
    issues_.add(place, "structure", std::move(sentence));
}

void Walk::demandRequired(const Type& type, const Place& place, const Seen& seen) {
    for (std::size_t word = 0; word < seen.elements.size(); ++word) {
        for (std::uint64_t missing = type.required[word] & ~seen.elements[word]; missing != 0; missing &= missing - 1) {
            const Element& element = definitions_.elementsOf(type)[word * 64 + std::size_t(std::countr_zero(missing))];
            issues_.add({&place, element.name}, "required", "The element '" + std::string(element.name) + "' is required.");
        }
    }
}

void Walk::demandContent(const Value& value, const Type& type, const Place& place, const Seen& seen) {
    const auto members = value.members();
    if (members.empty() || (members.size() == 1 && members[0].name == "id")) {
        issues_.add(place, "invariant", "An element must have a value or children (ele-1).");
    } else if (&type == extension_ && has(seen.elements, extensionValue_) == has(seen.elements, extensionExtension_)) {
        issues_.add(place, "invariant", "An extension must have either a value or extensions (ext-1).");
    }
}

void Walk::complexElement(const Value& value, const Property& property, const Place& place) {
    const Type& type = definitions_.typeOf(property);
    if (!definitions_.elementOf(property).list) {
        if (value.isArray()) return issues_.add(place, "structure", "This element does not repeat: its value must not be an array.");
        return complexItem(value, property, type, place);
    }
    if (!value.isArray()) return issues_.add(place, "structure", "This element repeats: its value must be an array.");
    if (value.items().empty()) return issues_.add(place, "structure", "An array must not be empty.");
    Place item = place;
    for (const Value& one : value.items()) {
        ++item.index;
        complexItem(one, property, type, item);
    }
}

void Walk::complexItem(const Value& value, const Property& property, const Type& type, const Place& place) {
    if (type.kind == TypeKind::resource) {
        if (property.name == "contained")
            contained(value, place);
        else
            Walk(definitions_, issues_).resource(value, place);
        return;
    }
    object(value, type, place, &property);
    binding(value, property, type, place);
}

void Walk::binding(const Value& value, const Property& property, const Type& type, const Place& place) {
    const std::uint16_t set = definitions_.elementOf(property).valueSet;
    if (set == Element::unbound) return;
    const ValueSet& valueSet = definitions_.tables().valueSets[set];
    switch (checkBinding(definitions_, valueSet, type, value)) {
        case Binding::kept:
            break;
        case Binding::keptByCodeOnly:
            issues_.warn(place, "code-invalid",
                         "The code's system is not one of the required value set " + std::string(valueSet.url) + ".");
            break;
        case Binding::broken:
            issues_.add(place, "code-invalid", "The code is not in the required value set " + std::string(valueSet.url) + ".");
    }
}

}  // namespace polyclinic::fhir
