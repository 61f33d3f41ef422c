// People of a clinic for the attacks on their portal: invited, activated, with codes from the front desk.

#pragma once

#include <algorithm>

#include "portal_visitor.h"
#include "short_server.h"

namespace polyclinic::test {

inline const std::string good = "three green boats sail", better = "seven purple lamps glow", wrong = "four orange kites fly";
inline const std::string born = "1980-05-03";

struct Person {
    std::string patient, account, username, code;
};

inline HttpAnswer office(const Clinic& clinic, const std::string& method, const std::string& path,
                         const nlohmann::json& body = nlohmann::json()) {
    return operate(shortServer().process, method, "/admin/api/Tenant/" + clinic.id + "/" + path, body);
}

/// A record and an invitation for it.
inline Person invited(const Clinic& clinic, const std::string& username) {
    std::string patient = "e-" + username;
    std::replace(patient.begin(), patient.end(), '@', '-');
    const auto kept = http("PUT", clinic.fhir + "/Patient/" + patient, bearerJson(clinic.token),
                           R"({"resourceType":"Patient","id":")" + patient +
                               R"(","name":[{"family":"Gomez","given":["Maria"]}],"birthDate":")" + born + "\"}");
    if (kept.status / 100 != 2) throw std::runtime_error("PUT Patient: " + kept.told());
    const auto made = office(clinic, "POST", "Account", {{"realm", "patient"}, {"fhirUser", "Patient/" + patient}, {"username", username}});
    if (made.status != 201) throw std::runtime_error("POST Account: " + made.told());
    return {patient, made.json["id"], username, made.json["activation"]["code"]};
}

/// With the password `good`; `visitor` is signed in then.
inline Person activated(const Clinic& clinic, const std::string& username, PortalVisitor& visitor) {
    auto person = invited(clinic, username);
    const auto done = visitor.useCode(person.code, born, good);
    if (done.status != 303 || visitor.session().empty()) throw std::runtime_error("activation: " + std::to_string(done.status));
    return person;
}

inline std::string resetCode(const Clinic& clinic, const Person& person) {
    const auto made = office(clinic, "POST", "Account/" + person.account + "/$reset-code", {{"identityChecked", true}});
    if (made.status != 200) throw std::runtime_error("$reset-code: " + made.told());
    return made.json["reset"]["code"];
}

}  // namespace polyclinic::test
