#include "fhir/clinic_elements.h"

#include <algorithm>
#include <vector>

#include "fhir/stored_form.h"

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

/// What a version's meta says that is not the server's to say: tags, labels, profiles, source, extensions. Searches and conditions
/// find by them as by identifiers.
std::vector<std::pair<std::string_view, std::vector<const Value*>>> saidInMeta(const Value* resource) {
    std::vector<std::pair<std::string_view, std::vector<const Value*>>> said;
    const auto* meta = resource ? resource->find("meta") : nullptr;
    if (!meta) return said;
    for (const auto& member : meta->members()) {
        auto name = std::string_view(member.name);
        if (name.starts_with('_')) name.remove_prefix(1);
        if (name == "versionId" || name == "lastUpdated" || name == "tenant") continue;
        std::vector<const Value*> values;
        if (!member.value.isArray()) values.push_back(&member.value);
        for (const auto& item : member.value.items())
            if (item.stringAt("url") != tenantExtensionUrl) values.push_back(&item);
        if (!values.empty()) said.emplace_back(member.name, std::move(values));
    }
    std::ranges::sort(said, {}, [](const auto& each) { return each.first; });
    return said;
}

bool isSameMeta(const Value* before, const Value* after) {
    const auto same = [](const Value* one, const Value* other) { return isSame(*one, *other); };
    return std::ranges::equal(saidInMeta(before), saidInMeta(after), [&](const auto& one, const auto& other) {
        return one.first == other.first && std::ranges::equal(one.second, other.second, same);
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
    if (!found && saysWhoSomebodyIs(type) && !isSameMeta(before, &after)) found = std::string(type) + ".meta";
    return found;
}

}  // namespace polyclinic::fhir
