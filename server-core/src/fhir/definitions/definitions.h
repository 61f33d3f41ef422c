// What a release of FHIR defines. Handlers ask here; no type's name is written into the engine.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

#include "fhir/definitions/tables.h"

namespace polyclinic::fhir {

/// One release's definitions. Immutable; any thread.
class Definitions {
  public:
    /// R4 4.0.1.
    static const Definitions& r4();

    /// Kept with every stored row: which definitions it was written under. Never changes.
    std::int16_t definitionsVersion() const { return definitionsVersion_; }
    /// The 146 concrete ones, sorted.
    std::span<const std::string_view> resourceTypes() const { return tables_.resourceTypes; }
    /// Concrete ones only.
    bool isResourceType(std::string_view name) const;

    /// Any type, abstract ones and parts ("Patient.contact") too; null when there is none.
    const Type* type(std::string_view name) const;
    /// A concrete resource type; null for other names.
    const Type* resourceType(std::string_view name) const;
    /// The property that a JSON member name (no leading underscore) stands for; null when the type has none.
    const Property* property(const Type& type, std::string_view name) const {
        const std::uint32_t mask = (1u << type.slotBits) - 1;
        for (std::uint32_t i = nameHash(name) & mask;; i = (i + 1) & mask) {
            const std::uint16_t slot = tables_.lookup[type.firstSlot + i];
            if (slot == 0) return nullptr;
            const Property& property = tables_.properties[slot - 1u];
            if (property.name == name) return &property;
        }
    }
    /// The element of this name ("value" for value[x]); null when the type has none.
    const Element* element(const Type& type, std::string_view name) const;

    const Type& typeOf(const Property& property) const { return tables_.types[property.type]; }
    const Element& elementOf(const Property& property) const { return tables_.elements[property.element]; }
    std::span<const Element> elementsOf(const Type& type) const { return tables_.elements.subspan(type.firstElement, type.elementCount); }
    std::span<const Property> propertiesOf(const Element& element) const {
        return tables_.properties.subspan(element.firstProperty, element.propertyCount);
    }
    /// Of the canonical address (no version) of a required binding's value set; null when it is none of them.
    const ValueSet* valueSet(std::string_view url) const;
    std::span<const Code> codesOf(const ValueSet& set) const { return tables_.codes.subspan(set.firstCode, set.codeCount); }
    const Tables& tables() const { return tables_; }

  private:
    friend std::optional<std::string_view> typeName(std::int32_t code);
    Definitions(const Tables& tables, std::int16_t definitionsVersion);

    const Tables& tables_;
    std::int16_t definitionsVersion_;
    std::unordered_map<std::int32_t, std::string_view> names_;
};

/// The number that stands for a type in the database: the low 32 bits of indexHash(type). Never 0, and different
/// for all types of FHIR (the build checks both). Part of the stored format.
std::int32_t typeCode(std::string_view type);
/// The inverse; nothing for a number that is no type's.
std::optional<std::string_view> typeName(std::int32_t code);

}  // namespace polyclinic::fhir
