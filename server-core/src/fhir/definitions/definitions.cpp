#include "fhir/definitions/definitions.h"

#include <algorithm>

#include "base/encoding.h"

namespace polyclinic::fhir {

const Definitions& Definitions::r4() {
    static const Definitions definitions(r4Tables(), 40);
    return definitions;
}

Definitions::Definitions(const Tables& tables, std::int16_t definitionsVersion) : tables_(tables), definitionsVersion_(definitionsVersion) {
    for (const Type& type : tables_.types) {
        if (type.kind != TypeKind::backbone) names_.emplace(typeCode(type.name), type.name);
    }
}

bool Definitions::isResourceType(std::string_view name) const { return std::ranges::binary_search(tables_.resourceTypes, name); }

const Type* Definitions::type(std::string_view name) const {
    const auto found = std::ranges::lower_bound(tables_.types, name, {}, &Type::name);
    return found != tables_.types.end() && found->name == name ? &*found : nullptr;
}

const Type* Definitions::resourceType(std::string_view name) const {
    const Type* found = type(name);
    return found && found->kind == TypeKind::resource && !found->abstract ? found : nullptr;
}

const Element* Definitions::element(const Type& type, std::string_view name) const {
    const auto elements = elementsOf(type);
    const auto found = std::ranges::find(elements, name, &Element::name);
    return found != elements.end() ? &*found : nullptr;
}

const ValueSet* Definitions::valueSet(std::string_view url) const {
    const auto found = std::ranges::lower_bound(tables_.valueSets, url, {}, &ValueSet::url);
    return found != tables_.valueSets.end() && found->url == url ? &*found : nullptr;
}

std::int32_t typeCode(std::string_view type) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(indexHash(type))); }

std::optional<std::string_view> typeName(std::int32_t code) {
    const auto& names = Definitions::r4().names_;
    const auto found = names.find(code);
    if (found == names.end()) return std::nullopt;
    return found->second;
}

}  // namespace polyclinic::fhir
