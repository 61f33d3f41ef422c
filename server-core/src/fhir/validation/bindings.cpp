#include "fhir/validation/bindings.h"

#include <algorithm>

#include "fhir/validation/primitives.h"

namespace polyclinic::fhir {
namespace {

/// `system` null: any.
bool contains(const Definitions& definitions, const ValueSet& set, std::string_view code, const std::string_view* system) {
    switch (set.kind) {
        case ValueSetKind::anyCode: return isCode(code);
        // CapabilityStatement.format and others hold short names such as json, so a slash is not asked for.
        case ValueSetKind::mimeType: return isCode(code);
        case ValueSetKind::currency:
            return code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; });
        case ValueSetKind::codes: break;
    }
    const auto found = std::ranges::equal_range(definitions.codesOf(set), code, {}, &Code::code);
    return std::ranges::any_of(found, [&](const Code& known) { return !system || known.system == *system; });
}

bool codingKeeps(const Definitions& definitions, const ValueSet& set, const json::Value& coding) {
    const std::string_view system = coding.stringAt("system");
    return contains(definitions, set, coding.stringAt("code"), set.kind == ValueSetKind::codes ? &system : nullptr);
}

}  // namespace

bool keepsBinding(const Definitions& definitions, const ValueSet& set, const Type& type, const json::Value& value) {
    if (type.primitive == Primitive::code) return contains(definitions, set, value.text(), nullptr);
    if (type.name == "Coding") return codingKeeps(definitions, set, value);
    if (type.name != "CodeableConcept") return true;
    // An extension may say why there is no code (data-absent-reason).
    const json::Value* codings = value.find("coding");
    if (!codings) return value.find("extension") != nullptr;
    return std::ranges::any_of(codings->items(),
                               [&](const json::Value& coding) { return codingKeeps(definitions, set, coding); });
}

}  // namespace polyclinic::fhir
