// What the public suites for SMART apps ask of a server that patients sign in to, check by check through the real door.
// § is the place among those checks: 1.1 configuration, 1.2 capabilities, 1.3 authorize, 1.10 records. TLS is checked where
// browsers are (tests/browser).

#include <QTest>

#include "launch_world.h"
#include "test_case.h"

using namespace polyclinic::test;

class LaunchChecks : public QObject, LaunchWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { make("launch"); }
    void p1_1_configuration();
    void p1_2_capabilities();
    void p1_3_codesComeBack();
    void p1_3_whatIsWrongGivesNoCode();
    void p1_3_scopesAreNarrowed();
    void p1_10_records();
    void p1_10_deniedTypes();
    void p1_10_whatAScopeSays();
};

void LaunchChecks::p1_1_configuration() {
    for (const auto* clinic : {&a, &b}) {
        // §1.1: public, JSON whatever is accepted, below a base with segments.
        for (const char* accept : {"application/json", "text/html", "application/fhir+json", "*/*"}) {
            const auto answer =
                http("GET", patientApi(*clinic) + "/.well-known/smart-configuration", {{"Accept", accept}, fromApp.front()});
            QCOMPARE(answer.status, 200);
            QVERIFY(answer.header("content-type").starts_with("application/json"));
            QCOMPARE(answer.header("access-control-allow-origin"), std::string("*"));
        }
        const auto found = http("GET", patientApi(*clinic) + "/.well-known/smart-configuration").json;
        // §1.1: absolute addresses, none blank; an issuer and keys where sso-openid-connect is named.
        for (const char* name : {"authorization_endpoint", "token_endpoint", "introspection_endpoint", "revocation_endpoint",
                                 "management_endpoint", "issuer", "jwks_uri"})
            QVERIFY2(found.at(name).get<std::string>().starts_with(server().base() + "/tenant/" + clinic->id + "/patient/"), name);
        // §1.1: authorization_code; S256 and never plain; what a standalone app asks for.
        QVERIFY(found.at("grant_types_supported") == Json::array({"authorization_code", "refresh_token"}));
        QVERIFY(found.at("code_challenge_methods_supported") == Json::array({"S256"}));
        QVERIFY(found.at("response_types_supported") == Json::array({"code"}));
        const auto capabilities = found.at("capabilities").get<std::set<std::string>>();
        for (const char* word :
             {"launch-standalone", "client-public", "client-confidential-symmetric", "sso-openid-connect", "context-standalone-patient",
              "permission-offline", "permission-patient", "permission-v1", "permission-v2", "authorize-post"})
            QVERIFY2(capabilities.count(word), word);
        QVERIFY(!capabilities.count(""));
        // §1.1: only what works is named.
        for (const char* word : {"launch-ehr", "permission-online", "permission-user", "client-confidential-asymmetric", "context-banner"})
            QVERIFY2(!capabilities.count(word), word);
        // §1.1: at least one scope of version 2, each in its form or a known word.
        const std::regex v2("^patient/([A-Za-z]+|\\*)\\.([cruds]+)$");
        int inVersion2 = 0;
        for (const std::string scope : found.at("scopes_supported")) inVersion2 += std::regex_match(scope, v2);
        QVERIFY(inVersion2 > 0);
    }
}

void LaunchChecks::p1_2_capabilities() {
    // §1.2: without a token, 4.0.1, JSON, from any origin.
    const auto answer = http("GET", patientApi(a) + "/metadata", fromApp);
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.header("access-control-allow-origin"), std::string("*"));
    const auto& told = answer.json;
    QCOMPARE(told.at("resourceType"), "CapabilityStatement");
    QCOMPARE(told.at("fhirVersion"), "4.0.1");
    QVERIFY(told.at("format").dump().find("json") != std::string::npos);
    // §1.2: the same security in both places, all six addresses or none of them.
    const auto& security = told.at("rest")[0].at("security");
    QCOMPARE(security.at("service")[0].at("coding")[0].at("code"), "SMART-on-FHIR");
    const auto smart = http("GET", patientApi(a) + "/.well-known/smart-configuration").json;
    std::map<std::string, std::string> uris;
    for (const auto& extension : security.at("extension"))
        if (extension.at("url") == "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris")
            for (const auto& each : extension.at("extension")) uris[each.at("url")] = each.at("valueUri");
    for (const auto& [uri, name] : std::map<std::string, std::string>{{"authorize", "authorization_endpoint"},
                                                                      {"token", "token_endpoint"},
                                                                      {"introspect", "introspection_endpoint"},
                                                                      {"revoke", "revocation_endpoint"},
                                                                      {"manage", "management_endpoint"},
                                                                      {"register", "registration_endpoint"}})
        QCOMPARE(uris.count(uri) ? uris.at(uri) : std::string("none"), smart.value(name, std::string("none")));
}

void LaunchChecks::p1_3_codesComeBack() {
    // §1.3: by GET, and by POST from a page of another site; a code, the state as it was, no error.
    for (const bool posted : {false, true}) {
        const auto fields = request(a, publicApp, scope, {{"state", "a b+c/d=%41&\"<"}, {"code_challenge", challenge}});
        auto headers = formType;
        headers.push_back(fromApp.front());
        const auto asked = posted ? http("POST", patientAuth(a) + "/authorize", headers, form(fields)) : authorize(a, fields, maria.cookie);
        const auto page = posted || asked.status == 303 ? follow(asked, maria.cookie, patientAuth(a)) : asked;
        QCOMPARE(page.status, 200);
        // §1.3: access while she is away is told.
        QVERIFY(page.body.find("Keep this access when you are not using the app") != std::string::npos);
        const auto answer = decide(consentForm(a, maria, fields), maria);
        QVERIFY(answer.header("location").starts_with("https://app.example.org/back?"));
        QVERIFY(!returned(answer, "code").empty());
        QCOMPARE(returned(answer, "state"), std::string("a b+c/d=%41&\"<"));
        QCOMPARE(returned(answer, "error"), std::string());
        QCOMPARE(returned(answer, "iss"), patientAuth(a));
    }
    // §1.3: she says no.
    const auto refused = decide(consentForm(a, maria, request(a, publicApp, scope)), maria, "deny");
    QCOMPARE(returned(refused, "error"), std::string("access_denied"));
    QCOMPARE(returned(refused, "state"), std::string("st-1"));
    QCOMPARE(returned(refused, "code"), std::string());
}

void LaunchChecks::p1_3_whatIsWrongGivesNoCode() {
    const auto asked = [this](const Fields& more) {
        return follow(authorize(a, request(a, publicApp, scope, more), maria.cookie), maria.cookie, patientAuth(a));
    };
    // §1.3: an unknown client or address gets a page that leads nowhere.
    for (const Fields& more :
         {Fields{{"client_id", "nobody"}}, Fields{{"redirect_uri", "https://evil.example.org/back"}}, Fields{{"redirect_uri", ""}}}) {
        const auto page = asked(more);
        QCOMPARE(page.status, 400);
        QCOMPARE(page.header("location"), std::string());
        QVERIFY(page.header("content-type").starts_with("text/html"));
    }
    // §1.3: everything else is told to the publicApp, with its state.
    const std::vector<std::pair<Fields, std::string>> faults{{{{"response_type", ""}}, "invalid_request"},
                                                             {{{"aud", ""}}, "invalid_request"},
                                                             {{{"aud", "https://inferno.healthit.gov/invalid_aud"}}, "invalid_request"},
                                                             {{{"aud", "no address"}}, "invalid_request"},
                                                             {{{"aud", patientApi(b)}}, "invalid_request"},
                                                             {{{"response_type", "token"}}, "unsupported_response_type"},
                                                             {{{"code_challenge", ""}}, "invalid_request"},
                                                             {{{"code_challenge_method", ""}}, "invalid_request"},
                                                             {{{"code_challenge_method", "plain"}}, "invalid_request"},
                                                             {{{"code_challenge", ""}, {"code_challenge_method", ""}}, "invalid_request"},
                                                             {{{"scope", "patient/Nothing.rs"}}, "invalid_scope"}};
    for (const auto& [more, error] : faults) {
        const auto answer = asked(more);
        QCOMPARE(returned(answer, "error"), error);
        QCOMPARE(returned(answer, "state"), std::string("st-1"));
        QCOMPARE(returned(answer, "code"), std::string());
    }
}

void LaunchChecks::p1_3_scopesAreNarrowed() {
    // §1.3: she narrows type by type; what is not known is left out without a fault; the rest is told.
    const auto consent =
        consentForm(a, maria, request(a, publicApp, scope + " launch/encounter smart/orchestrate nonsense user/Patient.rs"));
    const auto answer = decide(consent, maria, "allow", std::vector<std::string>{"patient/Observation.rs"});
    const auto granted = redeem(a, publicApp, returned(answer, "code")).json;
    QCOMPARE(wordsOf(granted.at("scope")), (std::set<std::string>{"launch/patient", "openid", "fhirUser", "offline_access",
                                                                  "patient/Patient.rs", "patient/Observation.rs"}));
    QCOMPARE(granted.at("patient"), "p1");
    // §1.3: any scope of a patient has a patient in context.
    QCOMPARE(tokens("patient/Observation.rs").at("patient"), "p1");
    QCOMPARE(tokens("launch/patient").at("patient"), "p1");
}

void LaunchChecks::p1_10_records() {
    // §1.10: without a token exactly 401; another audience's token and one that is over are nothing here.
    QCOMPARE(http("GET", patientApi(a) + "/Patient/p1").status, 401);
    QCOMPARE(read(a.token, "Patient/p1").status, 401);
    const std::string token = tokens(scope).at("access_token");
    QCOMPARE(read(token, "Patient/p1").status, 200);
    QCOMPARE(http("GET", a.fhir + "/Patient/p1", bearer(token)).status, 401);
    QCOMPARE(http("GET", patientApi(b) + "/Patient/p1", bearer(token)).status, 401);
    ServerDatabase(server()).asSuperuser("UPDATE access_token SET expires = now() WHERE hash = sha256('" + token + "')");
    QTest::qWait(1100);
    QCOMPARE(read(token, "Patient/p1").status, 401);
}

void LaunchChecks::p1_10_deniedTypes() {
    const auto question = [](const std::string& type) {
        if (type == "Patient") return std::string("Patient?_id=p1");
        if (type == "Location") return std::string("Location?name=x");
        const auto more = type == "CarePlan"            ? "&category=assess-plan"
                          : type == "Observation"       ? "&category=laboratory"
                          : type == "MedicationRequest" ? "&intent=order"
                                                        : "";
        return type + "?patient=p1" + more;
    };
    std::string scope = "offline_access";
    for (const auto& type : deniedTypes) scope += " patient/" + type + ".rs";
    // §1.10: each type once granted, once denied: 200 or 403, never an empty 200; by GET and by POST.
    for (const std::size_t parity : {0u, 1u}) {
        const auto consent = consentForm(a, maria, request(a, publicApp, scope));
        std::vector<std::string> ticks;
        for (std::size_t i = 0; i < deniedTypes.size(); ++i)
            if (i % 2 == parity) ticks.push_back("patient/" + deniedTypes[i] + ".rs");
        const auto answer = redeem(a, publicApp, returned(decide(consent, maria, "allow", ticks), "code")).json;
        for (const auto& each : {answer, refresh(a, publicApp, answer.at("refresh_token")).json})
            for (std::size_t i = 0; i < deniedTypes.size(); ++i) {
                // Facts about places need no box.
                const int expected = deniedTypes[i] == "Location" || i % 2 == parity ? 200 : 403;
                const std::string token = each.at("access_token"), asked = question(deniedTypes[i]);
                const auto mark = asked.find('?');
                auto headers = bearer(token);
                headers.push_back(formType.front());
                const auto got = read(token, asked);
                const auto posted = http("POST", patientApi(a) + "/" + asked.substr(0, mark) + "/_search", headers, asked.substr(mark + 1));
                QVERIFY2(got.status == expected && posted.status == expected,
                         (asked + " " + std::to_string(got.status) + " " + std::to_string(posted.status)).c_str());
                if (expected == 200) QCOMPARE(got.json.at("total"), posted.json.at("total"));
            }
    }
}

void LaunchChecks::p1_10_whatAScopeSays() {
    const std::string condition = R"({"resourceType":"Condition","code":{"text":"Cold"},"subject":{"reference":"Patient/p1"}})";
    const auto status = [&](const std::string& token, const std::string& method, const std::string& path) {
        return http(method, patientApi(a) + "/" + path, method == "GET" ? bearer(token) : bearerJson(token),
                    method == "GET" ? "" : condition)
            .status;
    };
    // §1.10: .read is .rs, .write is .cud, and .r without .s does not search.
    const auto token = [&](const char* scope) {
        return tokens(std::string("launch/patient ") + scope).at("access_token").get<std::string>();
    };
    // Each answer of hers takes the place of the one before.
    const auto v1 = token("patient/Condition.read");
    QCOMPARE(status(v1, "GET", "Condition?patient=p1"), 200);
    QCOMPARE(status(v1, "GET", "Condition/none"), 404);
    QCOMPARE(status(v1, "POST", "Condition"), 403);
    const auto r = token("patient/Condition.r");
    QCOMPARE(status(r, "GET", "Condition?patient=p1"), 403);
    QCOMPARE(status(r, "GET", "Condition/none"), 404);
    const auto c = token("patient/Condition.c");
    QCOMPARE(status(c, "POST", "Condition"), 201);
    QCOMPARE(status(c, "GET", "Condition?patient=p1"), 403);
    const auto s = token("patient/Condition.s");
    QCOMPARE(status(s, "GET", "Condition?patient=p1"), 200);
    QCOMPARE(status(s, "GET", "Condition/none"), 403);
    // §1.10: each entry of a batch is asked by itself.
    const auto batch =
        http("POST", patientApi(a), bearerJson(s),
             R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Condition?patient=p1"}},)"
             R"({"request":{"method":"GET","url":"Condition/none"}},{"request":{"method":"GET","url":"Goal?patient=p1"}}]})");
    QCOMPARE(batch.status, 200);
    const std::vector<std::string> expected{"200", "403", "403"};
    for (std::size_t i = 0; i < expected.size(); ++i)
        QVERIFY(batch.json.at("entry")[i].at("response").at("status").get<std::string>().starts_with(expected[i]));
}

POLYCLINIC_TEST(LaunchChecks)
#include "launch_checks_test.moc"
