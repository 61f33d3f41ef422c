#include "consent/scope_rows.h"

#include <algorithm>
#include <array>

#include "base/encoding.h"

namespace polyclinic::consent {
namespace {

constexpr std::array<std::string_view, 9> aboutNobody{"Endpoint",     "HealthcareService", "Location",   "Medication", "Organization",
                                                      "Practitioner", "PractitionerRole",  "Provenance", "Substance"};
constexpr std::array<std::string_view, 25> lists{"ActivityDefinition",
                                                 "CapabilityStatement",
                                                 "ChargeItemDefinition",
                                                 "CodeSystem",
                                                 "CompartmentDefinition",
                                                 "ConceptMap",
                                                 "EventDefinition",
                                                 "GraphDefinition",
                                                 "ImplementationGuide",
                                                 "Library",
                                                 "Measure",
                                                 "MedicationKnowledge",
                                                 "MessageDefinition",
                                                 "NamingSystem",
                                                 "ObservationDefinition",
                                                 "OperationDefinition",
                                                 "PlanDefinition",
                                                 "Questionnaire",
                                                 "SearchParameter",
                                                 "SpecimenDefinition",
                                                 "StructureDefinition",
                                                 "StructureMap",
                                                 "TerminologyCapabilities",
                                                 "TestScript",
                                                 "ValueSet"};

/// Types that the same words say.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> sameScopes{{
    {"AppointmentResponse", "Appointment"},
    {"Binary", "DocumentReference"},
    {"Claim", "ExplanationOfBenefit"},
    {"ClaimResponse", "ExplanationOfBenefit"},
    {"Slot", "Schedule"},
    {"Invoice", "Account"},
    {"ChargeItem", "Account"},
    {"ImmunizationEvaluation", "Immunization"},
    {"CommunicationRequest", "Communication"},
}};

constexpr std::string_view terminology = "http://terminology.hl7.org/CodeSystem/", usCore = "http://hl7.org/fhir/us/core/CodeSystem/";

struct QueryRow {
    std::string_view type, parameter, base, system, code;
};
constexpr QueryRow queryRows[] = {
    {"Condition", "category", terminology, "condition-category", "problem-list-item"},
    {"Condition", "category", terminology, "condition-category", "encounter-diagnosis"},
    {"Condition", "category", usCore, "condition-category", "health-concern"},
    {"Observation", "category", terminology, "observation-category", "laboratory"},
    {"Observation", "category", terminology, "observation-category", "vital-signs"},
    {"Observation", "category", terminology, "observation-category", "social-history"},
    {"Observation", "category", terminology, "observation-category", "survey"},
    {"Observation", "category", terminology, "observation-category", "imaging"},
    {"Observation", "category", terminology, "observation-category", "procedure"},
    {"Observation", "category", terminology, "observation-category", "exam"},
    {"Observation", "category", terminology, "observation-category", "activity"},
    {"Observation", "category", usCore, "us-core-category", "sdoh"},
    {"Observation", "category", usCore, "us-core-tags", "sdoh"},
    {"Observation", "category", usCore, "us-core-observation-category", "clinical-test"},
    {"DiagnosticReport", "category", terminology, "v2-0074", "LAB"},
    {"DiagnosticReport", "category", "http://loinc.org", "", "LP29684-5"},
    {"DiagnosticReport", "category", "http://loinc.org", "", "LP29708-2"},
    {"DocumentReference", "category", usCore, "us-core-documentreference-category", "clinical-note"},
    {"Encounter", "class", terminology, "v3-ActCode", "AMB"},
};

bool isDay(std::string_view text) {
    if (text.size() != 10) return false;
    for (std::size_t i = 0; i < text.size(); ++i)
        if ((i == 4 || i == 7) ? text[i] != '-' : text[i] < '0' || text[i] > '9') return false;
    return true;
}

}  // namespace

std::string rowNameOf(std::string_view type) {
    if (std::find(lists.begin(), lists.end(), type) != lists.end()) return "lists";
    if (std::find(aboutNobody.begin(), aboutNobody.end(), type) != aboutNobody.end()) return "nobody";
    for (const auto& [other, row] : sameScopes)
        if (other == type) return std::string(row);
    return std::string(type);
}

bool isAboutNobody(std::string_view type) {
    const auto row = rowNameOf(type);
    return row == "nobody" || row == "lists";
}

std::optional<ScopeRow> rowOf(const access::Scope& scope) {
    if (!scope.query) return ScopeRow{rowNameOf(scope.type), {}, {}};
    const auto fields = parseForm(*scope.query);
    if (!fields) return std::nullopt;
    ScopeRow row{rowNameOf(scope.type), {}, {}};
    bool category = false;
    for (const auto& [name, value] : *fields) {
        if (name == "date") {
            auto& day = value.starts_with("ge") ? row.from : row.to;
            if (!value.starts_with("ge") && !value.starts_with("le")) return std::nullopt;
            if (!day.empty() || !isDay(std::string_view(value).substr(2))) return std::nullopt;
            day = value.substr(2);
            continue;
        }
        const auto known = std::find_if(std::begin(queryRows), std::end(queryRows), [&](const QueryRow& candidate) {
            if (candidate.type != scope.type || candidate.parameter != name) return false;
            const auto system = std::string(candidate.base) + std::string(candidate.system);
            return value == system + '|' + std::string(candidate.code) || (name == "class" && value == candidate.code);
        });
        if (known == std::end(queryRows) || category) return std::nullopt;
        category = true;
        row.name = scope.type + '?' + std::string(known->code);
    }
    return row;
}

}  // namespace polyclinic::consent
