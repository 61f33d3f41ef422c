// Which records are a patient's own. http://hl7.org/fhir/R4/compartmentdefinition-patient.html
// Three things are different here. A Group lists other people, so it is in nobody's compartment. A Device with a patient
// is in it, which later releases and US Core say and R4 does not. And where a record says whom it is about (`subject`,
// `patient`, `beneficiary`), it is that patient's alone: who performed, wrote or pays does not get another's record by it.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace polyclinic::fhir {

/// Whether records of this type can be a patient's own. True for Patient itself.
bool hasPatientCompartment(std::string_view type);

/// parameterId() of the search parameters that put a resource of `type` into the compartment of the Patient that they
/// refer to. Empty for Patient, which is its own, and for types without a compartment. Never ends while the program runs.
std::span<const std::int32_t> patientParameters(std::string_view type);

/// How the index tells whose a record is: that of the Patient whom a row of `any` refers to. Where a bit of `decided` stands
/// in resource.present the record says whom it is about, and only rows of `deciding` count. Without bits all count alike.
struct PatientRule {
    std::span<const std::int32_t> any, deciding;
    std::int64_t decided = 0;
};
/// `any`: patientParameters(). Never ends while the program runs.
PatientRule patientRule(std::string_view type);

/// Whether `resource` is the Patient with this id, or is about it, or does not say whom it is about and one of its type's
/// parameters refers to it. `ownBase`: address of
/// the tenant's FHIR API without a slash at its end, whose absolute references count as relative. False for an empty
/// id. Any thread.
bool isOfPatient(const json::Value& resource, std::string_view patient, std::string_view ownBase = {});

/// Ids of the Patients that `resource` is of, as isOfPatient() says it; sorted, each once, `most` at most. Empty for what is
/// nobody's. Any thread.
std::vector<std::string> patientsOf(const json::Value& resource, std::string_view ownBase, std::size_t most = 100);

/// Whether any literal reference in `resource`, at whatever depth, names a Patient other than this one; absolute
/// references to other servers' Patients count. Any thread.
bool namesOtherPatient(const json::Value& resource, std::string_view patient, std::string_view ownBase = {});

}  // namespace polyclinic::fhir
