// Who gets a token of system/auth, and for what.
#include <QTest>

#include "cpu_timer.h"
#include "system_auth_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;
using access::Verb;

class SystemAuthTest : public QObject, SystemAuthWorld {
    Q_OBJECT
  private slots:
    void initTestCase() { SystemAuthWorld::initTestCase(); }
    void init() { SystemAuthWorld::init(); }
    void cleanupTestCase() { SystemAuthWorld::cleanupTestCase(); }
    void tokensOpenWhatTheySay();
    void answersAreNotKept();
    void secretsByFormAndByHeader();
    void badRequests_data();
    void badRequests();
    void scopes_data();
    void scopes();
    void hostileScopesAreAnsweredFast();
    void wrongSecretsAreAllAlike();
    void guessingIsSlowedDown();
    void discoveryNamesWhatWorks();
    void authorizeIsAlwaysAPage();
};

void SystemAuthTest::tokensOpenWhatTheySay() {
    const auto token = tokenOf(clinicA, lab_, "system/Patient.rs system/Observation.cruds");
    QVERIFY(token.starts_with("pst_") && token.size() == 47);
    const auto grant = grantOf(clinicA, token);
    QVERIFY(grant.has_value());
    QCOMPARE(grant->clientId, lab_.id);
    QCOMPARE(grant->audience, std::string("fhir-api"));
    QCOMPARE(grant->scopes.text(), std::string("system/Patient.rs system/Observation.crus"));
    QVERIFY(grant->scopes.allows(access::Level::system, "Patient", Verb::search));
    QVERIFY(!grant->scopes.allows(access::Level::system, "Patient", Verb::update));
    QVERIFY(grant->scopes.allows(access::Level::system, "Observation", Verb::update));
    QVERIFY(!grant->scopes.allows(access::Level::system, "Observation", Verb::remove));
    QVERIFY(!grant->scopes.allows(access::Level::system, "Condition", Verb::read));
}

void SystemAuthTest::answersAreNotKept() {
    const auto good = token(clinicA, post({{"grant_type", "client_credentials"}, {"scope", "system/*.rs"}}, basic(lab_.id, lab_.secret)));
    QCOMPARE(good.status, 200);
    const auto body = bodyOf(good);
    QCOMPARE(body["token_type"].get<std::string>(), std::string("Bearer"));
    QVERIFY(body["expires_in"].is_number_integer());
    QCOMPARE(body["expires_in"].get<int>(), 3600);
    QCOMPARE(body["scope"].get<std::string>(), std::string("system/*.rs"));
    QVERIFY(!body.contains("refresh_token") && !body.contains("id_token"));
    const auto bad = token(clinicA, post({{"grant_type", "client_credentials"}}, basic(lab_.id, "wrong")));
    QCOMPARE(bad.status, 401);
    QVERIFY(header(bad, "WWW-Authenticate").starts_with("Basic "));
    for (const auto& response : {good, bad}) {
        QCOMPARE(header(response, "Cache-Control"), std::string("no-store"));
        QCOMPARE(header(response, "Pragma"), std::string("no-cache"));
        QCOMPARE(header(response, "Content-Type"), std::string("application/json"));
        QVERIFY(header(response, "Access-Control-Allow-Credentials").empty());
    }
}

void SystemAuthTest::secretsByFormAndByHeader() {
    const FormFields plain{{"grant_type", "client_credentials"}, {"scope", "system/*.rs"}};
    FormFields inBody = plain;
    inBody.emplace_back("client_id", lab_.id);
    QCOMPARE(token(clinicA, post(inBody)).status, 401);                               // the id alone is no secret
    QCOMPARE(token(clinicA, post(inBody, basic(lab_.id, lab_.secret))).status, 200);  // the same id twice
    inBody.emplace_back("client_secret", lab_.secret);
    QCOMPARE(token(clinicA, post(inBody)).status, 200);
    const auto both = token(clinicA, post(inBody, basic(lab_.id, lab_.secret)));
    QCOMPARE(both.status, 400);
    QCOMPARE(bodyOf(both)["error"].get<std::string>(), std::string("invalid_request"));
    auto request = post(plain, "bAsIc " + basic(lab_.id, lab_.secret).substr(6));
    QCOMPARE(token(clinicA, request).status, 200);
    request.headers.add("Authorization", basic(lab_.id, lab_.secret));
    QCOMPARE(token(clinicA, request).status, 400);
}

void SystemAuthTest::badRequests_data() {
    QTest::addColumn<QString>("change");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("error");
    QTest::newRow("no grant type") << "no grant_type" << 400 << "invalid_request";
    QTest::newRow("password grant") << "grant_type=password" << 400 << "unsupported_grant_type";
    QTest::newRow("code grant") << "grant_type=authorization_code" << 400 << "unsupported_grant_type";
    QTest::newRow("device grant") << "grant_type=urn:ietf:params:oauth:grant-type:device_code" << 400 << "unsupported_grant_type";
    QTest::newRow("scope twice") << "scope twice" << 400 << "invalid_request";
    QTest::newRow("grant type twice") << "grant_type twice" << 400 << "invalid_request";
    QTest::newRow("in the address") << "query" << 400 << "invalid_request";
    QTest::newRow("JSON") << "json" << 400 << "invalid_request";
    QTest::newRow("no content type") << "no type" << 400 << "invalid_request";
    QTest::newRow("GET") << "GET" << 405 << "invalid_request";
    QTest::newRow("bad escape") << "escape" << 400 << "invalid_request";
    QTest::newRow("empty secret") << "empty secret" << 401 << "invalid_client";
    QTest::newRow("no client") << "no client" << 401 << "invalid_client";
    QTest::newRow("not base64") << "not base64" << 401 << "invalid_client";
    QTest::newRow("NUL in id") << "NUL" << 401 << "invalid_client";
    QTest::newRow("bearer") << "bearer" << 401 << "invalid_client";
    QTest::newRow("assertion") << "assertion" << 401 << "invalid_client";
    QTest::newRow("other audience") << "aud" << 400 << "invalid_request";
}

void SystemAuthTest::badRequests() {
    QFETCH(QString, change);
    QFETCH(int, status);
    QFETCH(QString, error);
    FormFields fields{{"grant_type", "client_credentials"}, {"scope", "system/*.rs"}};
    auto request = post(fields, basic(lab_.id, lab_.secret));
    if (change == "no grant_type")
        request.body = "scope=system%2F*.rs";
    else if (change.startsWith("grant_type="))
        request.body = "scope=system%2F*.rs&" + change.toStdString();
    else if (change == "scope twice")
        request.body += "&scope=system%2F*.rs";
    else if (change == "grant_type twice")
        request.body += "&grant_type=client_credentials";
    else if (change == "query")
        request.query = "client_id=x";
    else if (change == "json")
        request.headers.set("Content-Type", "application/json");
    else if (change == "no type")
        request.headers.set("Content-Type", "");
    else if (change == "GET")
        request.method = http::Method::get;
    else if (change == "escape")
        request.body += "&x=%zz";
    else if (change == "empty secret")
        request.headers.set("Authorization", basic(lab_.id, ""));
    else if (change == "no client")
        request.headers = post(fields).headers;
    else if (change == "not base64")
        request.headers.set("Authorization", "Basic %%%");
    else if (change == "NUL")
        request.headers.set("Authorization", basic(std::string("a\0b", 3), "x"));
    else if (change == "bearer")
        request.headers.set("Authorization", "Bearer " + tokenOf(clinicA, lab_));
    else if (change == "assertion")
        request.body += "&client_assertion_type=not_an_assertion_type&client_assertion=x";
    else if (change == "aud")
        request.body += "&aud=https%3A%2F%2Fclinic.example.org%2Ftenant%2Ft-b%2Ffhir-api";
    else
        QFAIL("no such change");
    const auto response = token(clinicA, request);
    QCOMPARE(response.status, status);
    QCOMPARE(QString::fromStdString(bodyOf(response)["error"].get<std::string>()), error);
}

void SystemAuthTest::scopes_data() {
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("granted");  // empty: invalid_scope
    const auto row = [](const char* asked, const char* granted) { QTest::newRow(*asked ? asked : "(none)") << asked << granted; };
    row("", "");
    row("launch fhirUser", "");
    row("system/*.*", "system/*.read system/Observation.cu");
    row("system/*.read", "system/*.read");
    row("system/Patient.*", "system/Patient.read");
    row("system/Patient.write", "");
    row("system/Patient.cud", "");
    row("system/Patient.unknownAction", "");
    row("system/Patient.xyz", "");
    row("system/UnknownResource.read", "");
    row("system/Patient.rs?a=b", "");
    row("user/*.rs", "");
    row("patient/*.rs", "");
    row("system/Patient.read system/Observation.rs", "system/Patient.read system/Observation.rs");
    row("openid system/Patient.rs foo", "system/Patient.rs");
}

void SystemAuthTest::scopes() {
    QFETCH(QString, asked);
    QFETCH(QString, granted);
    const auto response =
        token(clinicA, post({{"grant_type", "client_credentials"}, {"scope", asked.toStdString()}}, basic(lab_.id, lab_.secret)));
    if (granted.isEmpty()) {
        QCOMPARE(response.status, 400);
        QCOMPARE(bodyOf(response)["error"].get<std::string>(), std::string("invalid_scope"));
        return;
    }
    QCOMPARE(response.status, 200);
    QCOMPARE(QString::fromStdString(bodyOf(response)["scope"].get<std::string>()), granted);
}

void SystemAuthTest::hostileScopesAreAnsweredFast() {
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += "s" + std::to_string(i) + " ";
    for (const std::string& scope : {std::string(64 * 1024, 'a'), many, std::string("system/Patient.rs\nsystem/*.rs"),
                                     std::string("system/Observation.rs?patient.birthdate=1990 system/*.rs")}) {
        test::CpuTimer timer;
        timer.start();
        const auto response = token(clinicA, post({{"grant_type", "client_credentials"}, {"scope", scope}}, basic(lab_.id, lab_.secret)));
        QVERIFY(timer.elapsed() < 100);
        QCOMPARE(response.status, 400);
        QCOMPARE(bodyOf(response)["error"].get<std::string>(), std::string("invalid_scope"));
    }
}

void SystemAuthTest::wrongSecretsAreAllAlike() {
    const FormFields fields{{"grant_type", "client_credentials"}, {"scope", "system/*.rs"}};
    auto rows = session(clinicA);
    const auto disabled = make(clinicA, "system/*.rs");
    auto client = runBlocking(world_->loops[0], oauth::client_store::find(rows, disabled.id)).value();
    client.disabled = true;
    runBlocking(world_->loops[0], oauth::client_store::update(rows, client, std::nullopt, world_->clock.now()));
    const auto wrong = token(clinicA, post(fields, basic(lab_.id, "wrong")));
    const auto unknown = token(clinicA, post(fields, basic("nobody", "wrong")));
    const auto off = token(clinicA, post(fields, basic(disabled.id, disabled.secret)));
    QCOMPARE(wrong.status, 401);
    for (const auto& other : {unknown, off}) {
        QCOMPARE(other.status, wrong.status);
        QCOMPARE(other.body, wrong.body);
    }
}

void SystemAuthTest::guessingIsSlowedDown() {
    const FormFields fields{{"grant_type", "client_credentials"}, {"scope", "system/*.rs"}};
    for (const std::string& id : {lab_.id, std::string("nobody")}) {
        for (int i = 0; i < 30; ++i) QCOMPARE(token(clinicA, post(fields, basic(id, "guess"))).status, 401);
        const auto slowed = token(clinicA, post(fields, basic(id, "guess")));
        QCOMPARE(slowed.status, 429);
        QCOMPARE(header(slowed, "Retry-After"), std::string("60"));
    }
    auto elsewhere = post(fields, basic(lab_.id, lab_.secret));
    elsewhere.peer = "198.51.100.20";
    QCOMPARE(token(clinicA, elsewhere).status, 200);
    world_->clock.forward(61s);
    QCOMPARE(token(clinicA, post(fields, basic(lab_.id, lab_.secret))).status, 200);
    // Right ones are never counted.
    for (int i = 0; i < 100; ++i) QCOMPARE(token(clinicA, post(fields, basic(lab_.id, lab_.secret))).status, 200);
}

void SystemAuthTest::discoveryNamesWhatWorks() {
    const auto response = ask(clinicA, &authorization_server::AuthorizationServer::discovery, get(""));
    QCOMPARE(header(response, "Content-Type"), std::string("application/json"));
    const auto body = bodyOf(response);
    QCOMPARE(body["issuer"].get<std::string>(), std::string("https://clinic.example.org/tenant/t-a/system/auth"));
    QCOMPARE(body["token_endpoint"].get<std::string>(), std::string("https://clinic.example.org/tenant/t-a/system/auth/token"));
    QVERIFY(body["grant_types_supported"] == nlohmann::json::array({"client_credentials"}));
    QVERIFY(body["token_endpoint_auth_methods_supported"] == nlohmann::json::array({"client_secret_basic", "client_secret_post"}));
    QVERIFY(!body.contains("jwks_uri"));
}

void SystemAuthTest::authorizeIsAlwaysAPage() {
    const auto response = ask(clinicA, &authorization_server::AuthorizationServer::authorize,
                              get("response_type=code&client_id=%3Cscript%3E&redirect_uri=https%3A%2F%2Fevil.example"));
    QCOMPARE(response.status, 400);
    QVERIFY(header(response, "Location").empty());
    QVERIFY(header(response, "Access-Control-Allow-Origin").empty());
    QVERIFY(response.body.find("<script>") == std::string::npos);
    QVERIFY(header(response, "Content-Security-Policy").find("frame-ancestors 'none'") != std::string::npos);
}

POLYCLINIC_TEST(SystemAuthTest)
#include "system_auth_test.moc"
