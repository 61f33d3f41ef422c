// A clinic with two apps of patients and somebody who is signed in there.

#pragma once

#include <QTest>

#include "patient_app.h"
#include "short_server.h"

namespace polyclinic::test {

struct OAuthWorld {
    /// Each class has a patient of its own: they share one server. `may`: what the apps may ask for.
    void initTestCase(const std::string& patient, const std::string& may = usualScope) {
        patient_ = patient;
        short_ = &shortServer();
        app_ = registerApp(process(), a(), false, may);
        confidential_ = registerApp(process(), a(), true, may);
        gateway_ = registerIntrospector(process(), a());
        a1_ = signedInPerson(process(), a(), patient);
    }

    ShortServer* short_ = nullptr;
    PatientApp app_, confidential_, gateway_;
    PatientPerson a1_;
    std::string patient_;
    static constexpr auto usualScope =
        "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs patient/Condition.rs";
    const std::string scope_ = usualScope;

    const Clinic& a() const { return short_->a; }
    const Clinic& b() const { return short_->b; }
    ServerProcess& process() { return short_->process; }
    int read(const nlohmann::json& tokens, const std::string& path = "") {
        return http("GET", patientApi(a()) + "/" + (path.empty() ? "Patient/" + patient_ : path), bearer(tokens.at("access_token"))).status;
    }
    nlohmann::json introspected(const Clinic& clinic, const PatientApp& asker, const std::string& token) {
        return postAs(clinic, asker, "introspect", {{"token", token}}).json;
    }
    void sql(const std::string& text) { ServerDatabase(process()).asSuperuser(text); }
    void isError(const HttpAnswer& answer, int status, const std::string& error) {
        QCOMPARE(answer.status, status);
        QVERIFY2(answer.json.is_object() && answer.json.value("error", "") == error, answer.body.c_str());
    }
    nlohmann::json claims(const std::string& token) {
        const auto first = token.find('.'), second = token.find('.', first + 1);
        const auto bytes =
            QByteArray::fromBase64(QByteArray::fromStdString(token.substr(first + 1, second - first - 1)), QByteArray::Base64UrlEncoding);
        return nlohmann::json::parse(bytes.toStdString());
    }
};

}  // namespace polyclinic::test
