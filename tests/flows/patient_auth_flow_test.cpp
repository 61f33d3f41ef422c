// A patient and an app from the first click to the last: sign-in, consent, tokens, records, refresh, the end. In the
// shared database and in one of the clinic's own.

#include <QTest>

#include "flow.h"
#include "patient_app.h"
#include "test_case.h"

using namespace polyclinic::test;
using Json = nlohmann::json;

class PatientAuthFlow : public QObject {
    Q_OBJECT
  private slots:
    void discoveryNamesWhatWorks();
    void fromTheAppToTheRecordAndBack_data();
    void fromTheAppToTheRecordAndBack();
    void saysNo();
    void operatorsListGrants();

  private:
    static std::string started(const Clinic& clinic, const PatientApp& app, PatientBrowser& browser, const std::string& scope) {
        const auto asked = browser.get(patientAuth(clinic) + "/authorize?" + form(request(clinic, app, scope)));
        if (asked.status != 303) throw std::runtime_error("not asked to sign in: " + asked.everything());
        return asked.header("location");
    }
    const std::string scope_ = "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.rs";
};

void PatientAuthFlow::discoveryNamesWhatWorks() {
    const auto clinic = makeClinic(server(), "auth-names", false);
    const auto issuer = patientAuth(clinic);
    const auto base = server().base(), path = issuer.substr(base.size());
    const auto first = http("GET", issuer + "/.well-known/openid-configuration");
    QCOMPARE(first.status, 200);
    QCOMPARE(first.header("content-type"), std::string("application/json"));
    for (const auto& other : {issuer + "/.well-known/oauth-authorization-server", base + "/.well-known/oauth-authorization-server" + path,
                              base + "/.well-known/openid-configuration" + path})
        QCOMPARE(http("GET", other).body, first.body);
    const auto& told = first.json;
    QCOMPARE(told.at("issuer"), issuer);
    QCOMPARE(told.at("authorization_endpoint"), issuer + "/authorize");
    QCOMPARE(told.at("token_endpoint"), issuer + "/token");
    QCOMPARE(told.at("jwks_uri"), issuer + "/jwks");
    QCOMPARE(told.at("code_challenge_methods_supported"), Json::array({"S256"}));
    QCOMPARE(told.at("response_types_supported"), Json::array({"code"}));
    QCOMPARE(told.at("id_token_signing_alg_values_supported"), Json::array({"RS256"}));
    QCOMPARE(told.at("grant_types_supported"), Json::array({"authorization_code", "refresh_token"}));
    for (const char* endpoint : {"userinfo_endpoint", "introspection_endpoint", "revocation_endpoint"})
        QVERIFY(http("POST", told.at(endpoint), {{"Content-Type", "application/x-www-form-urlencoded"}}, "token=x").status == 401);
    QCOMPARE(http("GET", issuer.substr(0, issuer.size() - 12) + "nobody/auth/.well-known/openid-configuration").status, 404);
}

void PatientAuthFlow::fromTheAppToTheRecordAndBack_data() {
    QTest::addColumn<bool>("dedicated");
    QTest::newRow("shared database") << false;
    QTest::newRow("a database of its own") << true;
}

void PatientAuthFlow::fromTheAppToTheRecordAndBack() {
    QFETCH(bool, dedicated);
    const auto clinic = makeClinic(server(), dedicated ? "auth-own" : "auth-shared", dedicated);
    const auto app = registerApp(server(), clinic, true, scope_, {{"publisher", "Pulse Labs"}});
    signedInPerson(server(), clinic, "p1");
    const auto observation =
        http("PUT", clinic.fhir + "/Observation/o1", bearerJson(clinic.token),
             R"({"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p1"}})");
    QCOMPARE(observation.status, 201);

    // Not signed in: the portal asks, and leads back to the app's request.
    PatientBrowser browser;
    const auto signIn = started(clinic, app, browser, scope_);
    QVERIFY(signIn.starts_with(patientPortal(clinic) + "/sign-in?request="));
    const auto page = browser.get(signIn);
    QCOMPARE(page.status, 200);
    QVERIFY(page.header("content-security-policy").find("https://app.example.org") != std::string::npos);
    QCOMPARE(browser.submit("/sign-in", {{"username", "p1"}, {"password", "wrong password"}}).status, 401);
    const auto back = browser.submit("/sign-in", {{"username", "p1"}, {"password", password}});
    QCOMPARE(back.status, 303);
    const auto consent = browser.follow(back, patientAuth(clinic));
    QCOMPARE(consent.status, 200);
    for (const char* text : {"Heart Diary", "Pulse Labs", "app.example.org", "CANARY-"})
        QVERIFY2(consent.body.find(text) != std::string::npos, text);
    const auto allowed = browser.submit(
        "/consent", {{"decision", "allow"}, {"duration", "quarter"}, {"scope", "patient/Observation.rs"}, {"scope", "patient/Patient.rs"}});
    QCOMPARE(allowed.status, 303);
    QVERIFY(allowed.header("location").starts_with("https://app.example.org/back?code="));
    QCOMPARE(returned(allowed, "state"), std::string("st-1"));

    const auto tokens = redeem(clinic, app, returned(allowed, "code"));
    QCOMPARE(tokens.status, 200);
    QCOMPARE(tokens.json.at("token_type"), "Bearer");
    QCOMPARE(tokens.json.at("expires_in"), 3600);
    QCOMPARE(tokens.json.at("patient"), "p1");
    QCOMPARE(tokens.json.at("scope"), scope_);
    QVERIFY(tokens.json.contains("id_token"));
    const auto read = [&](const Json& with, const std::string& path) {
        return http("GET", patientApi(clinic) + "/" + path, bearer(with.at("access_token")));
    };
    QCOMPARE(read(tokens.json, "Patient/p1").status, 200);
    QCOMPARE(read(tokens.json, "Observation?patient=p1").json.at("total"), 1);
    const auto next = refresh(clinic, app, tokens.json.at("refresh_token"));
    QCOMPARE(next.status, 200);
    QCOMPARE(next.json.at("scope"), scope_);
    QCOMPARE(next.json.at("patient"), "p1");
    QCOMPARE(read(next.json, "Patient/p1").status, 200);

    // The patient stops it in the portal.
    const auto apps = browser.get(patientPortal(clinic) + "/apps");
    const auto link = apps.body.find("/patient/portal/apps/");
    QVERIFY(link != std::string::npos);
    const auto id = apps.body.substr(link + 21, 36);
    browser.get(patientPortal(clinic) + "/apps/" + id + "/stop");
    QCOMPARE(browser.submit("/stop", {}).status, 303);
    QCOMPARE(read(next.json, "Patient/p1").status, 401);
    QCOMPARE(refresh(clinic, app, next.json.at("refresh_token")).json.at("error"), "invalid_grant");
}

void PatientAuthFlow::saysNo() {
    const auto clinic = makeClinic(server(), "auth-no", false);
    const auto app = registerApp(server(), clinic, false, scope_);
    const auto person = signedInPerson(server(), clinic, "p1");
    const auto refused = decide(consentForm(clinic, person, request(clinic, app, scope_)), person, "deny");
    QCOMPARE(returned(refused, "error"), std::string("access_denied"));
    QCOMPARE(returned(refused, "state"), std::string("st-1"));
    QCOMPARE(returned(refused, "iss"), patientAuth(clinic));
    QCOMPARE(operate(server(), "GET", "/admin/api/Tenant/auth-no/Grant").json.at("total"), 0);
    const auto noted = operate(server(), "GET", "/admin/api/Tenant/auth-no/AuditEvent?subtype=consent-refused");
    QCOMPARE(noted.json.at("total"), 1);
    // Another address for the answer: one of a program's own.
    const auto native = registerApp(server(), clinic, false, scope_, {{"redirectUris", {"com.example.diary:/back"}}});
    const auto allowed = decide(consentForm(clinic, person, request(clinic, native, scope_)), person);
    QVERIFY(allowed.header("location").starts_with("com.example.diary:/back?code="));
}

void PatientAuthFlow::operatorsListGrants() {
    const auto a = makeClinic(server(), "auth-list", false), b = makeClinic(server(), "auth-list-b", false);
    const auto app = registerApp(server(), a, false, scope_), other = registerApp(server(), a, false, scope_);
    const auto person = signedInPerson(server(), a, "p1");
    tokensFor(a, person, app, scope_);
    tokensFor(a, person, other, "launch/patient patient/Observation.rs");
    const auto list = [&](const Clinic& clinic, const std::string& query) {
        return operate(server(), "GET", "/admin/api/Tenant/" + clinic.id + "/Grant" + query).json;
    };
    QCOMPARE(list(a, "").at("total"), 2);
    QCOMPARE(list(b, "").at("total"), 0);
    QCOMPARE(list(a, "?client=" + app.id).at("total"), 1);
    QCOMPARE(list(a, "?account=" + person.account + "&status=active").at("total"), 2);
    QCOMPARE(list(a, "?account=nobody").at("total"), 0);
    QCOMPARE(list(a, "?status=ended").at("total"), 0);
    QCOMPARE(operate(server(), "GET", "/admin/api/Tenant/auth-list/Grant?status=x").status, 400);
    const auto one = list(a, "?client=" + other.id).at("entry")[0].at("resource");
    QCOMPARE(one.at("resourceType"), "Grant");
    QCOMPARE(one.at("realm"), "patient");
    QCOMPARE(one.at("username"), "p1");
    QCOMPARE(one.at("scope"), "launch/patient patient/Observation.rs");
    QCOMPARE(one.at("patient"), "p1");
    QCOMPARE(one.at("status"), "active");
    QVERIFY(!one.contains("endedBy"));
    const auto id = one.at("id").get<std::string>();
    QCOMPARE(operate(server(), "GET", "/admin/api/Tenant/auth-list-b/Grant/" + id).status, 404);
    QCOMPARE(operate(server(), "DELETE", "/admin/api/Tenant/auth-list/Grant/" + id).status, 204);
    QCOMPARE(list(a, "?status=ended").at("total"), 1);
    QCOMPARE(list(a, "?status=active").at("total"), 1);
    QCOMPARE(http("GET", server().operators() + "/admin/api/Tenant/auth-list/Grant").status, 401);
}

POLYCLINIC_TEST(PatientAuthFlow)
#include "patient_auth_flow_test.moc"
