#include "access/access_scope.h"

#include <algorithm>
#include <array>

#include "base/json.h"
#include "fhir/clinic_elements.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::access {
namespace {

constexpr std::string_view patientType = "Patient";

/// Sorted. The second half are definitions: they say how care is described, and of nobody's care.
constexpr auto sharedTypes = std::to_array<std::string_view>({
    "ActivityDefinition",
    "CapabilityStatement",
    "ChargeItemDefinition",
    "CodeSystem",
    "CompartmentDefinition",
    "ConceptMap",
    "DeviceDefinition",
    "Endpoint",
    "EventDefinition",
    "GraphDefinition",
    "HealthcareService",
    "ImplementationGuide",
    "Library",
    "Location",
    "Measure",
    "Medication",
    "MessageDefinition",
    "NamingSystem",
    "ObservationDefinition",
    "OperationDefinition",
    "Organization",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Questionnaire",
    "SearchParameter",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "TerminologyCapabilities",
    "ValueSet",
});
static_assert(std::ranges::is_sorted(sharedTypes));

char letter(Verb verb) {
    switch (verb) {
        case Verb::create:
            return 'c';
        case Verb::read:
            return 'r';
        case Verb::update:
            return 'u';
        case Verb::remove:
            return 'd';
        case Verb::search:
            return 's';
    }
    return '?';
}

/// As the audit log calls it (http://hl7.org/fhir/audit-event-action, http://hl7.org/fhir/restful-interaction).
struct Named {
    char action;
    const char* interaction;
};
Named named(Verb verb) {
    switch (verb) {
        case Verb::create:
            return {'C', "create"};
        case Verb::read:
            return {'R', "read"};
        case Verb::update:
            return {'U', "update"};
        case Verb::remove:
            return {'D', "delete"};
        case Verb::search:
            return {'E', "search-type"};
    }
    return {'E', ""};
}

bool isGranted(const AccessScope& scope, Verb verb, std::int32_t type) {
    return std::ranges::any_of(
        scope.grants, [&](const auto& grant) { return (grant.type == 0 || grant.type == type) && (grant.verbs & std::uint8_t(verb)); });
}

/// Whether records of the type can be in reach at all.
bool isInSight(const AccessScope& scope, Verb verb, std::string_view type) {
    if (!scope.compartment) return true;
    if (scope.compartment->patient.empty()) return false;
    return (verbsOfPatientApps(type) & std::uint8_t(verb)) != 0;
}

}  // namespace

bool isShared(std::string_view type) { return std::ranges::binary_search(sharedTypes, type); }

std::uint8_t verbsOfPatientApps(std::string_view type) {
    constexpr std::uint8_t reading = 2 | 16, update = 4, every = 31;
    static_assert(reading == (std::uint8_t(Verb::read) | std::uint8_t(Verb::search)) && update == std::uint8_t(Verb::update));
    if (fhir::saysWhoSomebodyIs(type)) return reading | update;
    if (fhir::hasPatientCompartment(type)) return every;
    return isShared(type) ? reading : std::uint8_t(0);
}

bool decide(const AccessScope& scope, Verb verb, std::int32_t type) {
    if (!isGranted(scope, verb, type)) return false;
    return !scope.compartment || isInSight(scope, verb, fhir::typeName(type).value_or(""));
}

AccessDenied::AccessDenied(const AccessRequest& accessRequest, std::string publicMessage, std::string element)
    : AccessDenied(accessRequest, Failure::withIssues(FailureKind::forbidden, {{Issue::Severity::error, "forbidden",
                                                                                std::move(publicMessage), std::move(element)}})) {}

AccessDenied::AccessDenied(const AccessRequest& accessRequest, Failure failure)
    : Failure(std::move(failure)),
      action_(named(accessRequest.verb).action),
      interaction_(accessRequest.interaction.empty() ? named(accessRequest.verb).interaction : accessRequest.interaction),
      type_(accessRequest.type),
      id_(accessRequest.id) {}

std::optional<AccessDenied> failedWrite(const AccessRequest& accessRequest, const Failure& failure) {
    switch (failure.kind()) {
        case FailureKind::badRequest:
        case FailureKind::forbidden:
        case FailureKind::notFound:
        case FailureKind::conflict:
        case FailureKind::gone:
        case FailureKind::preconditionFailed:
        case FailureKind::payloadTooLarge:
        case FailureKind::unprocessable:
            return AccessDenied(accessRequest, failure);
        default:
            return std::nullopt;
    }
}

void demand(const AccessScope& scope, const AccessRequest& accessRequest) {
    const std::string type(accessRequest.type);
    if (!isGranted(scope, accessRequest.verb, fhir::typeCode(type)))
        throw AccessDenied(accessRequest,
                           "The access token has no scope for this: " + type + "." + letter(accessRequest.verb) + " is missing.");
    if (!isInSight(scope, accessRequest.verb, type))
        throw AccessDenied(accessRequest, "An app of a patient may not do this with a " + type + ".");
}

std::vector<ScopePredicate> searchFilter(const AccessScope& scope, std::string_view type) {
    if (!scope.compartment) return {};
    const auto& patient = scope.compartment->patient;
    if (patient.empty()) return {ScopePredicate{}};
    if (type == patientType) return {ScopePredicate{{}, {patient}}};
    if (const auto rule = fhir::patientRule(type); !rule.any.empty()) {
        ReferencePredicate reference{{rule.any.begin(), rule.any.end()},
                                     std::string(patientType),
                                     patient,
                                     {rule.deciding.begin(), rule.deciding.end()},
                                     rule.decided};
        return {ScopePredicate{{std::move(reference)}, {}}};
    }
    if (isShared(type)) return {};
    return {ScopePredicate{}};
}

bool permits(const AccessScope& scope, const json::Value& resource, std::string_view ownBase) {
    if (!scope.compartment) return true;
    if (scope.compartment->patient.empty()) return false;
    return isShared(resource.stringAt("resourceType")) || fhir::isOfPatient(resource, scope.compartment->patient, ownBase);
}

bool mayWrite(const AccessScope& scope, const json::Value& resource, std::string_view ownBase) {
    if (!scope.compartment) return true;
    const auto& patient = scope.compartment->patient;
    return fhir::isOfPatient(resource, patient, ownBase) && !fhir::namesOtherPatient(resource, patient, ownBase);
}

void demandClinicsWord(const AccessScope& scope, const AccessRequest& accessRequest, const json::Value* before, const json::Value& after) {
    if (!scope.compartment) return;
    auto element = fhir::changedClinicElement(before, after, scope.compartment->open);
    if (!element) return;
    throw AccessDenied(accessRequest, *element + " is for the clinic to say: an app of a patient may not change it.", *element);
}

}  // namespace polyclinic::access
