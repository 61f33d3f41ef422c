#include "patient_records.h"

#include <stdexcept>

namespace polyclinic::test {
namespace {

void put(const Clinic& clinic, const std::string& path, const std::string& body) {
    const auto answer = http("PUT", clinic.fhir + "/" + path, bearerJson(clinic.token), body);
    if (answer.status != 201 && answer.status != 200) throw std::runtime_error(path + ": " + answer.told());
}

std::string person(const std::string& id, const std::string& more = {}) {
    return R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"family":")" + canaryOfPatient(id) +
           R"(1"}],"birthDate":"1980-02-0)" + (id == "a1" ? "1" : "2") + "\"" + more + "}";
}

std::string condition(const std::string& id, const std::string& patient) {
    return R"({"resourceType":"Condition","id":")" + id + R"(","code":{"text":")" + canaryOfPatient(patient) +
           R"(3"},"subject":{"reference":"Patient/)" + patient + R"("}})";
}

}  // namespace

std::string PatientRecords::observation(const std::string& id, const std::string& patient, const std::string& code) {
    return R"({"resourceType":"Observation",)" + (id.empty() ? "" : R"("id":")" + id + R"(",)") +
           R"("status":"final","code":{"coding":[{"system":"http://x.org","code":")" + code + R"("}],"text":")" + canaryOfPatient(patient) +
           R"(2"},"subject":{"reference":"Patient/)" + patient + R"("},"effectiveDateTime":"2020-01-0)" + (patient == "a1" ? "1" : "2") +
           R"(","valueString":")" + canaryOfPatient(patient) + R"(4"})";
}

PatientRecords::PatientRecords() : database_(shortServer().process) {
    const auto& server = shortServer();
    api_ = server.process.base() + "/tenant/t-a/patient/smart-api";
    other_ = server.process.base() + "/tenant/t-b/patient/smart-api";
    put(server.a, "Patient/a1", person("a1"));
    put(server.a, "Patient/a2", person("a2"));
    put(server.b, "Patient/b1", person("b1"));
    for (const auto* one : {"1", "2", "3"}) {
        put(server.a, std::string("Observation/a1-o") + one, observation(std::string("a1-o") + one, "a1"));
        put(server.a, std::string("Observation/a2-o") + one, observation(std::string("a2-o") + one, "a2"));
        put(server.b, std::string("Observation/b1-o") + one, observation(std::string("b1-o") + one, "b1"));
    }
    put(server.a, "Condition/a1-c", condition("a1-c", "a1"));
    put(server.a, "Condition/a2-c", condition("a2-c", "a2"));
    put(server.a, "Practitioner/dr", R"({"resourceType":"Practitioner","id":"dr","name":[{"family":"Shared"}]})");
    put(server.a, "Group/g",
        R"({"resourceType":"Group","id":"g","type":"person","actual":true,"name":")" + canaryOfPatient("a2") +
            R"(5","member":[{"entity":{"reference":"Patient/a1"}},{"entity":{"reference":"Patient/a2"}}]})");
}

std::string PatientRecords::plant(PatientToken wish) const { return plantPatientToken(shortServer().process, database_, wish); }

std::string PatientRecords::token(const std::string& scopes, const std::string& patient, const std::string& words) const {
    return plant({"t-a", patient, scopes, words});
}

HttpAnswer PatientRecords::asClinic(const std::string& method, const std::string& path, const std::string& body) const {
    const auto& clinic = shortServer().a;
    return http(method, clinic.fhir + "/" + path, body.empty() ? bearer(clinic.token) : bearerJson(clinic.token), body);
}

PatientRecords& patientRecords() {
    static PatientRecords records;
    return records;
}

HttpAnswer askPatientApi(const std::string& token, const std::string& method, const std::string& path, const std::string& body,
                         HttpHeaders more) {
    auto headers = bearer(token);
    bool typed = false;
    for (auto& header : more) {
        typed |= header.first == "Content-Type";
        headers.push_back(std::move(header));
    }
    if (!body.empty() && !typed) headers.emplace_back("Content-Type", "application/fhir+json");
    return http(method, patientRecords().api() + (path.empty() ? "" : "/" + path), headers, body);
}

std::string comparable(HttpAnswer answer, const std::string& id) {
    std::string text = std::to_string(answer.status) + "\n";
    for (const auto& [name, value] : answer.headers)
        if (name != "date" && name != "x-request-id") text += name + ": " + value + "\n";
    text += answer.body;
    for (std::size_t at; (at = text.find(id)) != text.npos;) text.replace(at, id.size(), "ID");
    return text;
}

}  // namespace polyclinic::test
