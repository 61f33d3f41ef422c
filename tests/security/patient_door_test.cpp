// How the patients' FHIR base presents itself, and what it takes for a token.

#include <QTest>
#include <map>
#include <set>

#include "patient_records.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using nlohmann::json;

class PatientDoor : public QObject {
    Q_OBJECT
  private slots:
    void smartConfiguration();
    void capabilities();
    void bothSayTheSameAddresses();
    void browsersMayCall();
    void D53_tokensInOtherPlaces();
    void C13_oddScopesGiveNothing();
};

namespace {

std::string tenant() { return shortServer().process.base() + "/tenant/t-a"; }

std::map<std::string, std::string> oauthUris(const json& statement) {
    std::map<std::string, std::string> uris;
    for (const auto& extension : statement.at("rest")[0].at("security").at("extension"))
        if (extension.at("url") == "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris")
            for (const auto& each : extension.at("extension")) uris[each.at("url")] = each.at("valueUri");
    return uris;
}

}  // namespace

void PatientDoor::smartConfiguration() {
    for (const char* accept : {"application/json", "text/html", "application/xml", "application/fhir+json"}) {
        const auto answer = http("GET", patientRecords().api() + "/.well-known/smart-configuration", {{"Accept", accept}});
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.header("content-type").starts_with("application/json"));
        QVERIFY(answer.json.is_object());
    }
    const auto found = http("GET", patientRecords().api() + "/.well-known/smart-configuration").json;
    QVERIFY(found.at("issuer") == tenant() + "/patient/auth");
    QVERIFY(found.at("jwks_uri") == tenant() + "/patient/auth/jwks");
    QVERIFY(found.at("authorization_endpoint") == tenant() + "/patient/auth/authorize");
    QVERIFY(found.at("token_endpoint") == tenant() + "/patient/auth/token");
    QVERIFY(found.at("introspection_endpoint") == tenant() + "/patient/auth/introspect");
    QVERIFY(found.at("revocation_endpoint") == tenant() + "/patient/auth/revoke");
    QVERIFY(found.at("management_endpoint") == tenant() + "/patient/portal/apps");
    QVERIFY(!found.contains("registration_endpoint"));
    QVERIFY(found.at("code_challenge_methods_supported") == json({"S256"}));
    QVERIFY(found.at("grant_types_supported") == json({"authorization_code", "refresh_token"}));
    QVERIFY(found.at("response_types_supported") == json({"code"}));
    QVERIFY(found.at("capabilities") ==
            json({"launch-standalone", "client-public", "client-confidential-symmetric", "sso-openid-connect", "context-standalone-patient",
                  "permission-offline", "permission-patient", "permission-v1", "permission-v2", "authorize-post"}));
    const json& scopes = found.at("scopes_supported");
    for (const char* scope : {"openid", "fhirUser", "launch/patient", "offline_access", "patient/*.rs"})
        QVERIFY2(std::find(scopes.begin(), scopes.end(), json(scope)) != scopes.end(), scope);
    // What it names answers: the keys, the authorization server's own page of itself, and both say the same.
    QCOMPARE(http("GET", found.at("jwks_uri")).status, 200);
    const auto server = http("GET", found.at("issuer").get<std::string>() + "/.well-known/openid-configuration");
    QCOMPARE(server.status, 200);
    for (const char* name :
         {"issuer", "jwks_uri", "authorization_endpoint", "token_endpoint", "introspection_endpoint", "revocation_endpoint",
          "code_challenge_methods_supported", "token_endpoint_auth_methods_supported", "scopes_supported"})
        QVERIFY2(server.json.at(name) == found.at(name), name);
    for (const char* path :
         {"authorization_endpoint", "token_endpoint", "introspection_endpoint", "revocation_endpoint", "management_endpoint"})
        QVERIFY2(http("GET", found.at(path)).status != 404, path);
}

void PatientDoor::capabilities() {
    const auto answer = http("GET", patientRecords().api() + "/metadata");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.json.at("fhirVersion") == "4.0.1");
    QVERIFY(answer.json.at("implementation").at("url") == patientRecords().api());
    const auto& rest = answer.json.at("rest")[0];
    QVERIFY(rest.at("security").at("service")[0].at("coding")[0].at("code") == "SMART-on-FHIR");
    std::map<std::string, std::set<std::string>> verbs;
    for (const auto& resource : rest.at("resource")) {
        for (const auto& each : resource.at("interaction")) verbs[resource.at("type")].insert(each.at("code"));
        QVERIFY(resource.at("updateCreate") == false);
    }
    QCOMPARE(int(verbs.size()), 97);  // 66 of patients and 31 that they share
    QVERIFY(verbs.at("Observation").contains("create"));
    QVERIFY((verbs.at("Practitioner") == std::set<std::string>{"read", "vread", "history-instance", "search-type"}));
    for (const char* type : {"Group", "Binary", "Bundle", "Parameters", "Task"}) QVERIFY(!verbs.contains(type));
    // What it names works and what it does not is refused, seen through the door.
    const auto token = patientRecords().token("patient/*.cruds");
    for (const auto& [type, codes] : verbs) QCOMPARE(askPatientApi(token, "GET", type + "?_count=1").status, 200);
}

void PatientDoor::bothSayTheSameAddresses() {
    const auto uris = oauthUris(http("GET", patientRecords().api() + "/metadata").json);
    const auto smart = http("GET", patientRecords().api() + "/.well-known/smart-configuration").json;
    const std::map<std::string, std::string> expected{{"authorize", smart.at("authorization_endpoint")},
                                                      {"token", smart.at("token_endpoint")},
                                                      {"introspect", smart.at("introspection_endpoint")},
                                                      {"revoke", smart.at("revocation_endpoint")},
                                                      {"manage", smart.at("management_endpoint")}};
    QVERIFY(uris == expected);
    // The clinic's own systems still have theirs, without a place to sign in.
    const auto own = oauthUris(http("GET", shortServer().a.fhir + "/metadata").json);
    QVERIFY((own == std::map<std::string, std::string>{{"token", tenant() + "/system/auth/token"},
                                                       {"introspect", tenant() + "/system/auth/introspect"},
                                                       {"revoke", tenant() + "/system/auth/revoke"}}));
}

void PatientDoor::browsersMayCall() {
    for (const char* path : {"/metadata", "/.well-known/smart-configuration", "/Patient/a1"}) {
        const auto answer = http("GET", patientRecords().api() + path, {{"Origin", "https://app.example.org"}});
        QCOMPARE(answer.header("access-control-allow-origin"), std::string("*"));
        QVERIFY(answer.header("access-control-allow-credentials").empty());
    }
    const auto preflight = http("OPTIONS", patientRecords().api() + "/Observation/a1-o1",
                                {{"Origin", "https://app.example.org"},
                                 {"Access-Control-Request-Method", "PUT"},
                                 {"Access-Control-Request-Headers", "authorization"}});
    QCOMPARE(preflight.status, 204);
    QVERIFY(preflight.header("access-control-allow-headers").find("Authorization") != std::string::npos);
    QVERIFY(preflight.header("access-control-allow-credentials").empty());
}

void PatientDoor::D53_tokensInOtherPlaces() {
    const auto token = patientRecords().token("patient/*.rs");
    const auto url = patientRecords().api() + "/Patient/a1";
    const auto none = http("GET", url);
    QCOMPARE(none.status, 401);
    QCOMPARE(none.header("www-authenticate"), std::string("Bearer"));
    for (const auto& other : {std::string("prt_") + token.substr(4), token + "x", std::string("eyJhbGciOiJub25lIn0.e30."), std::string("x"),
                              std::string(5000, 'a')}) {
        const auto answer = http("GET", url, bearer(other));
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.header("www-authenticate"), std::string("Bearer error=\"invalid_token\""));
    }
    QCOMPARE(http("GET", url + "?access_token=" + token).status, 401);
    QCOMPARE(http("GET", url + "?access_token=" + token, bearer(token)).status, 401);
    QCOMPARE(http("GET", url, {{"Authorization", "Basic " + token}}).status, 401);
    QCOMPARE(http("GET", url, {{"Cookie", "pc-patient-t-a=" + token}}).status, 401);
    QCOMPARE(http("GET", url, {{"Authorization", "bearer " + token}}).status, 200);
    const auto two = raw(url, "GET " + pathOf(url) + " HTTP/1.1\r\nHost: " + authorityOf(url) + "\r\nAuthorization: Bearer " + token +
                                  "\r\nAuthorization: Bearer " + token + "\r\n\r\n");
    QCOMPARE(two.status, 400);
}

/// What stands in a token and is not understood allows nothing.
void PatientDoor::C13_oddScopesGiveNothing() {
    for (const char* type : {"Foo", "observation", "", "*.rs", "Observation,Condition", "patient/Observation"}) {
        const auto token = patientRecords().token("patient/Condition.rs", "a1", "launch/patient");
        patientRecords().database().asSuperuser("UPDATE access_token SET scopes = replace(scopes, 'Condition', '" + std::string(type) +
                                                "') WHERE hash = sha256('" + token + "')");
        const auto answer = askPatientApi(token, "GET", "Observation");
        QVERIFY2(answer.status == 403, type);
        QCOMPARE(askPatientApi(token, "GET", "Observation/a1-o1").status, 403);
    }
}

POLYCLINIC_TEST(PatientDoor)
#include "patient_door_test.moc"
