#include "fhir/resource.h"

#include <algorithm>

#include "fhir/definitions/definitions.h"

namespace polyclinic::fhir {
namespace {

bool isIdCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

/// Cuts what follows the last slash off `text`.
std::string_view cutLastStep(std::string_view& text) {
    const auto slash = text.rfind('/');
    const std::string_view last = slash == text.npos ? text : text.substr(slash + 1);
    text = slash == text.npos ? std::string_view() : text.substr(0, slash);
    return last;
}

}  // namespace

bool isId(std::string_view text) { return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, isIdCharacter); }

ResourceHead readHead(const json::Value& resource) {
    ResourceHead head{resource.stringAt("resourceType"), resource.stringAt("id"), {}};
    if (const json::Value* meta = resource.find("meta")) head.versionId = meta->stringAt("versionId");
    return head;
}

std::optional<LiteralReference> readReference(std::string_view text) {
    LiteralReference reference;
    reference.id = cutLastStep(text);
    if (text.ends_with("/_history")) {
        reference.version = reference.id;
        cutLastStep(text);
        reference.id = cutLastStep(text);
        if (!isId(reference.version)) return std::nullopt;
    }
    reference.type = cutLastStep(text);
    reference.base = text;
    if (!isId(reference.id) || !Definitions::r4().isResourceType(reference.type)) return std::nullopt;
    return reference;
}

}  // namespace polyclinic::fhir
