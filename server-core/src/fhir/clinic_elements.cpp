#include "fhir/clinic_elements.h"

#include <algorithm>

namespace polyclinic::fhir {
namespace {

using json::Value;

/// Members in any order; texts unescaped; numbers as they were sent, since 1.0 says more than 1.
bool isSame(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    if (a.isArray()) return std::ranges::equal(a.items(), b.items(), [](const auto& one, const auto& other) { return isSame(one, other); });
    if (!a.isObject()) return a.text() == b.text();
    return a.members().size() == b.members().size() && std::ranges::all_of(a.members(), [&](const auto& member) {
               const auto* other = b.find(member.name);
               return other && isSame(member.value, *other);
           });
}

/// "_birthDate" is of birthDate, "deceasedBoolean" of deceased.
std::string_view elementOf(std::string_view member) {
    if (member.starts_with('_')) member.remove_prefix(1);
    for (const std::string_view choice : {"deceased", "multipleBirth"})
        if (member.starts_with(choice)) return choice;
    return member;
}

bool isTheClinics(std::string_view type, std::string_view element, std::span<const std::string> open) {
    if (element == "resourceType" || element == "id" || element == "meta") return false;
    if (type == "RelatedPerson") return element == "identifier";
    return type == "Person" || (type == "Patient" && std::ranges::find(open, element) == open.end());
}

}  // namespace

bool saysWhoSomebodyIs(std::string_view type) { return type == "Patient" || type == "Person"; }

std::optional<std::string> changedClinicElement(const Value* before, const Value& after, std::span<const std::string> open) {
    const auto type = after.stringAt("resourceType");
    const auto differing = [&](const Value& from, const Value* to) -> std::optional<std::string> {
        for (const auto& member : from.members()) {
            const auto element = elementOf(member.name);
            if (!isTheClinics(type, element, open)) continue;
            const auto* other = to ? to->find(member.name) : nullptr;
            if (!other || !isSame(member.value, *other)) return std::string(type) + '.' + std::string(element);
        }
        return std::nullopt;
    };
    auto found = differing(after, before);
    if (!found && before) found = differing(*before, &after);
    return found;
}

}  // namespace polyclinic::fhir
