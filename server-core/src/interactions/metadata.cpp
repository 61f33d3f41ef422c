#include "interactions/metadata.h"

#include <nlohmann/json.hpp>

#include "access/access_scope.h"
#include "base/json.h"
#include "fhir/clinic_elements.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/parameters.h"

namespace polyclinic::interactions {
namespace {

std::string_view textOf(fhir::ParameterType type) {
    switch (type) {
        case fhir::ParameterType::number:
            return "number";
        case fhir::ParameterType::date:
            return "date";
        case fhir::ParameterType::string:
            return "string";
        case fhir::ParameterType::token:
            return "token";
        case fhir::ParameterType::reference:
            return "reference";
        case fhir::ParameterType::composite:
            return "composite";
        case fhir::ParameterType::quantity:
            return "quantity";
        case fhir::ParameterType::uri:
            return "uri";
        case fhir::ParameterType::special:
            return "special";
    }
    return "special";
}

nlohmann::ordered_json entryOf(const rest::Operation& operation) {
    return {{"name", operation.name}, {"definition", operation.definition}};
}

std::string makeResources(bool ofPatient, rest::Operations operations) {
    auto resources = nlohmann::ordered_json::array();
    for (const auto type : fhir::Definitions::r4().resourceTypes()) {
        const bool writable = !ofPatient || fhir::hasPatientCompartment(type);
        if (!writable && !access::isShared(type)) continue;
        nlohmann::ordered_json resource{{"type", type}};
        resource["profile"] = "http://hl7.org/fhir/StructureDefinition/" + std::string(type);
        for (const auto* code : {"read", "vread", "history-instance", "search-type"}) resource["interaction"].push_back({{"code", code}});
        const bool made = writable && !(ofPatient && fhir::saysWhoSomebodyIs(type));
        if (made) resource["interaction"].push_back({{"code", "create"}});
        if (writable) resource["interaction"].push_back({{"code", "update"}});
        if (made) resource["interaction"].push_back({{"code", "delete"}});
        resource["versioning"] = "versioned-update";
        resource["readHistory"] = true;
        resource["updateCreate"] = !ofPatient;
        resource["conditionalCreate"] = made;
        resource["conditionalRead"] = "not-supported";
        resource["conditionalUpdate"] = false;
        resource["conditionalDelete"] = "not-supported";
        resource["referencePolicy"] = {"literal", "local"};
        for (const auto* parameter : fhir::parametersOf(type)) {
            nlohmann::ordered_json entry{{"name", parameter->code}};
            if (!parameter->url.empty()) entry["definition"] = parameter->url;
            entry["type"] = textOf(parameter->kind);
            resource["searchParam"].push_back(std::move(entry));
        }
        for (const auto& operation : operations)
            if ((operation.levels & (rest::level::type | rest::level::instance)) && operation.isOf(type))
                resource["operation"].push_back(entryOf(operation));
        resources.push_back(std::move(resource));
    }
    return resources.dump();
}

}  // namespace

CapabilityStatements::CapabilityStatements(rest::Operations operations)
    : all_(makeResources(false, operations)), ofPatients_(makeResources(true, operations)) {
    auto ofSystem = nlohmann::ordered_json::array();
    for (const auto& operation : operations)
        if (operation.levels & rest::level::system) ofSystem.push_back(entryOf(operation));
    if (!ofSystem.empty()) operations_ = ofSystem.dump();
}

std::string CapabilityStatements::of(const CapabilitySettings& settings) const {
    const auto& resources = settings.ofPatient ? ofPatients_ : all_;
    nlohmann::ordered_json security;
    security["cors"] = true;
    security["service"] = {
        {{"coding", {{{"system", "http://terminology.hl7.org/CodeSystem/restful-security-service"}, {"code", "SMART-on-FHIR"}}}}}};
    // The same addresses as in smart-configuration, since clients compare the two.
    auto addresses = nlohmann::ordered_json::array();
    const auto add = [&addresses](const char* name, const std::string& address) {
        if (!address.empty()) addresses.push_back({{"url", name}, {"valueUri", address}});
    };
    add("authorize", settings.auth.authorize);
    add("token", settings.auth.token);
    add("introspect", settings.auth.introspect);
    add("revoke", settings.auth.revoke);
    add("manage", settings.auth.manage);
    security["extension"] = {
        {{"url", "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"}, {"extension", std::move(addresses)}}};
    nlohmann::ordered_json head{
        {"resourceType", "CapabilityStatement"},
        {"status", "active"},
        {"date", settings.date},
        {"kind", "instance"},
        {"software", {{"name", "Polyclinic"}, {"version", settings.version}}},
        {"implementation",
         {{"description", settings.ofPatient ? "FHIR API of a clinic for apps of its patients" : "FHIR API of a clinic"},
          {"url", settings.base}}},
        {"fhirVersion", "4.0.1"},
        {"format", {"application/fhir+json", "json"}},
    };
    const std::string documentation =
        settings.ofPatient
            ? "An app reaches the records in the compartment of the Patient in its context, and reads what all patients share. "
              "Patients that this one is linked to are other patients: their records are not there for it. An update "
              "of what is not there makes nothing."
            : "";
    auto body = head.dump();
    body.pop_back();
    body += R"(,"rest":[{"mode":"server")";
    if (!documentation.empty()) body += R"(,"documentation":")" + documentation + '"';
    body +=
        R"(,"security":)" + security.dump() + R"(,"resource":)" + resources + R"(,"interaction":[{"code":"transaction"},{"code":"batch"}])";
    if (!operations_.empty()) body += R"(,"operation":)" + operations_;
    body += "}]}";
    return body;
}

}  // namespace polyclinic::interactions
