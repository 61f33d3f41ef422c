#include "fhir/validation/bindings.h"

#include <algorithm>

#include "fhir/validation/primitives.h"

namespace polyclinic::fhir {
namespace {

Binding ofGrammar(bool kept) { return kept ? Binding::kept : Binding::broken; }

/// `system` null: the element says none, as code does.
Binding checkCode(const Definitions& definitions, const ValueSet& set, std::string_view code, const std::string_view* system) {
    switch (set.kind) {
        // CapabilityStatement.format and others hold short names such as json, so no slash is asked for.
        case ValueSetKind::mimeType:
        case ValueSetKind::anyCode:
            return ofGrammar(isCode(code));
        case ValueSetKind::currency:
            return ofGrammar(code.size() == 3 && std::ranges::all_of(code, [](char c) { return c >= 'A' && c <= 'Z'; }));
        case ValueSetKind::codes:
            break;
    }
    const auto found = std::ranges::equal_range(definitions.codesOf(set), code, {}, &Code::code);
    if (found.empty()) return Binding::broken;
    const bool sameSystem = std::ranges::any_of(found, [&](const Code& known) { return !system || known.system == *system; });
    return sameSystem ? Binding::kept : Binding::keptByCodeOnly;
}

Binding checkCoding(const Definitions& definitions, const ValueSet& set, const json::Value& coding) {
    const std::string_view system = coding.stringAt("system");
    return checkCode(definitions, set, coding.stringAt("code"), &system);
}

}  // namespace

Binding checkBinding(const Definitions& definitions, const ValueSet& set, const Type& type, const json::Value& value) {
    if (type.primitive == Primitive::code) return checkCode(definitions, set, value.text(), nullptr);
    if (type.name == "Coding") return checkCoding(definitions, set, value);
    if (type.name != "CodeableConcept") return Binding::kept;
    // An extension may say why there is no code (data-absent-reason).
    const json::Value* codings = value.find("coding");
    if (!codings) return ofGrammar(value.find("extension") != nullptr);
    Binding best = Binding::broken;
    for (const json::Value& coding : codings->items()) {
        best = std::min(best, checkCoding(definitions, set, coding));
    }
    return best;
}

}  // namespace polyclinic::fhir
