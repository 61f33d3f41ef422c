#include "fhir/compartment.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "fhir/resource.h"
#include "fhir/search/parameter_tables.h"
#include "fhir/search/steps.h"

namespace polyclinic::fhir {
namespace {

constexpr std::string_view patientType = "Patient";

struct Place {
    std::vector<const Parameter*> parameters;
    std::vector<std::int32_t> ids;
    // Of the element that says whom a record is about; only where there are others besides.
    std::vector<const Parameter*> deciding;
    std::vector<std::int32_t> decidingIds;
    std::int64_t decided = 0;
};

using Places = std::map<std::string_view, Place>;

void add(Places& places, std::string_view type, std::string_view code) {
    const auto* parameter = findParameter(type, code);
    auto& place = places[type];
    place.parameters.push_back(parameter);
    place.ids.push_back(parameter->id);
}

bool saysWhom(std::string_view code) { return code == "subject" || code == "patient" || code == "beneficiary"; }

/// `patient` often reads the same element as `subject`, but only where that is a Patient: so both are asked whether it is there.
void addDeciding(Place& place, std::string_view type) {
    // Where all of them say it there is nothing to decide; where none does (an Appointment's actors) they count alike.
    const auto saying = std::ranges::count_if(place.parameters, [](const auto* parameter) { return saysWhom(parameter->code); });
    if (saying == 0 || std::size_t(saying) == place.parameters.size()) return;
    for (const auto* code : {"subject", "patient", "beneficiary"}) {
        const auto* parameter = findParameter(type, code);
        if (!parameter || parameter->storage != Storage::index) continue;
        place.deciding.push_back(parameter);
        place.decidingIds.push_back(parameter->id);
        place.decided |= presenceBit(*parameter);
    }
}

const Place* placeOf(std::string_view type) {
    static const Places places = [] {
        Places made;
        for (const auto& entry : tables::patientCompartment) {
            // A Patient that another one links to is another person's record (R4 would count it in).
            if (entry.type == patientType || entry.type == "Group") continue;
            for (const auto code : entry.parameters) add(made, entry.type, code);
        }
        add(made, "Device", "patient");
        for (auto& [type, place] : made) addDeciding(place, type);
        return made;
    }();
    const auto found = places.find(type);
    return found == places.end() ? nullptr : &found->second;
}

/// The id in "Patient/x", or in the same below the tenant's own address: what the index counts as a record here.
std::string_view patientIn(std::string_view text, std::string_view ownBase) {
    const auto read = readReference(text);
    if (!read || read->type != patientType) return {};
    const bool here = read->base.empty() ? text.starts_with(patientType) : read->base == ownBase;
    return here ? read->id : std::string_view();
}

/// Calls `use` with the id of every Patient that decides whose the resource is.
template <class Use>
void eachPatientOf(const json::Value& resource, std::string_view ownBase, const Use& use) {
    const auto* place = placeOf(resource.stringAt("resourceType"));
    if (!place) return;
    bool says = false;
    for (const auto* parameter : place->deciding)
        for (const auto& branch : parameter->branches) followSteps(resource, branch.steps, [&](const json::Value&) { says = true; });
    for (const auto* parameter : says ? place->deciding : place->parameters)
        for (const auto& branch : parameter->branches) {
            if (!branch.resolvesTo.empty() && branch.resolvesTo != patientType) continue;
            followSteps(resource, branch.steps, [&](const json::Value& value) {
                if (const auto id = patientIn(value.stringAt("reference"), ownBase); !id.empty()) use(id);
            });
        }
}

}  // namespace

bool hasPatientCompartment(std::string_view type) { return type == patientType || placeOf(type); }

std::span<const std::int32_t> patientParameters(std::string_view type) {
    const auto* place = placeOf(type);
    return place ? std::span<const std::int32_t>(place->ids) : std::span<const std::int32_t>();
}

PatientRule patientRule(std::string_view type) {
    const auto* place = placeOf(type);
    if (!place) return {};
    return {place->ids, place->decidingIds, place->decided};
}

bool isOfPatient(const json::Value& resource, std::string_view patient, std::string_view ownBase) {
    if (patient.empty()) return false;
    const auto type = resource.stringAt("resourceType");
    if (type == patientType) return resource.stringAt("id") == patient;
    bool refers = false;
    eachPatientOf(resource, ownBase, [&](std::string_view id) { refers = refers || id == patient; });
    return refers;
}

std::vector<std::string> patientsOf(const json::Value& resource, std::string_view ownBase, std::size_t most) {
    if (resource.stringAt("resourceType") == patientType) {
        const auto id = resource.stringAt("id");
        return id.empty() ? std::vector<std::string>() : std::vector<std::string>{std::string(id)};
    }
    std::set<std::string, std::less<>> ids;
    eachPatientOf(resource, ownBase, [&](std::string_view id) {
        if (ids.size() < most && !ids.contains(id)) ids.emplace(id);
    });
    return {ids.begin(), ids.end()};
}

bool namesOtherPatient(const json::Value& resource, std::string_view patient, std::string_view ownBase) {
    if (resource.isArray())
        return std::ranges::any_of(resource.items(), [&](const auto& item) { return namesOtherPatient(item, patient, ownBase); });
    for (const auto& member : resource.members()) {
        if (member.name == "reference" && member.value.isString()) {
            const auto text = member.value.text();
            const auto read = readReference(text);
            if (read && read->type == patientType && patientIn(text, ownBase) != patient) return true;
        } else if (namesOtherPatient(member.value, patient, ownBase)) {
            return true;
        }
    }
    return false;
}

}  // namespace polyclinic::fhir
