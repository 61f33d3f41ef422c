// A clinic and another, two apps and a patient: what the checks of launches work with, and the words that they share.

#pragma once

#include <QTest>
#include <regex>
#include <set>

#include "flow.h"
#include "patient_app.h"
#include "server_database.h"

namespace polyclinic::test {

using Json = nlohmann::json;

/// The types that suites deny one by one.
inline const std::vector<std::string> deniedTypes{
    "Patient",          "AllergyIntolerance", "CarePlan",       "CareTeam",     "Condition",          "Device",
    "DiagnosticReport", "DocumentReference",  "Goal",           "Immunization", "MedicationRequest",  "Observation",
    "Procedure",        "Encounter",          "ServiceRequest", "Coverage",     "MedicationDispense", "Location"};

struct LaunchWorld {
    /// `name`: of the clinics; each class has its own.
    void make(const std::string& name) {
        a = makeClinic(server(), name + "-a", false);
        b = makeClinic(server(), name + "-b", true);
        std::string every = scope;
        for (const auto& type : deniedTypes) every += " patient/" + type + ".cruds patient/" + type + ".read";
        publicApp = registerApp(server(), a, false, every);
        secretApp = registerApp(server(), a, true, every);
        gateway = registerIntrospector(server(), a);
        maria = signedInPerson(server(), a, "p1");
    }
    Json tokens(const std::string& asked, const Fields& more = {}) const { return tokensFor(a, maria, publicApp, asked, more); }
    HttpAnswer read(const std::string& token, const std::string& path, const HttpHeaders& more = {}) const {
        auto headers = bearer(token);
        headers.insert(headers.end(), more.begin(), more.end());
        return http("GET", patientApi(a) + "/" + path, headers);
    }
    Json introspected(const std::string& token) const { return postAs(a, gateway, "introspect", {{"token", token}}).json; }

    Clinic a, b;
    PatientApp publicApp, secretApp, gateway;
    PatientPerson maria;
    const std::string scope =
        "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs";
    const HttpHeaders fromApp{{"Origin", "https://app.example.org"}}, formType{{"Content-Type", "application/x-www-form-urlencoded"}};
};

inline std::set<std::string> wordsOf(const std::string& text) {
    std::set<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        words.insert(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

inline Json part(const std::string& jwt, int which) {
    const auto first = jwt.find('.'), second = jwt.find('.', first + 1);
    const auto text = which == 0 ? jwt.substr(0, first) : jwt.substr(first + 1, second - first - 1);
    return Json::parse(QByteArray::fromBase64(QByteArray::fromStdString(text), QByteArray::Base64UrlEncoding).toStdString());
}

inline void isTokenError(const HttpAnswer& answer, std::set<int> statuses, const std::string& error) {
    QVERIFY2(statuses.count(answer.status), answer.everything().c_str());
    QVERIFY(answer.header("content-type").starts_with("application/json"));
    QCOMPARE(answer.json.at("error"), error);
    QVERIFY(!answer.json.contains("access_token"));
}

inline void isTokenAnswer(const HttpAnswer& answer) {
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.json.at("access_token").is_string() && !answer.json.at("access_token").get<std::string>().empty());
    QVERIFY(answer.json.at("token_type") == "Bearer");
    QVERIFY(answer.json.at("expires_in").is_number_integer());
    QVERIFY(answer.json.at("scope").is_string() && !answer.json.at("scope").get<std::string>().empty());
    QCOMPARE(answer.header("cache-control"), std::string("no-store"));
    QCOMPARE(answer.header("pragma"), std::string("no-cache"));
}

}  // namespace polyclinic::test
