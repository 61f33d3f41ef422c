// Accounts, sessions and apps as a clinic's operator keeps them, through the real door.

#include <QRegularExpression>
#include <QTest>

#include "flow.h"
#include "test_case.h"

using namespace polyclinic::test;
using Json = nlohmann::json;

class AccountsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void invitationsSayWhatTheSlipNeeds();
    void faultsAreNamed_data();
    void faultsAreNamed();
    void whatOneClinicHasTheOtherHasNot();
    void changesHoldTheVersion();
    void accountsAreFound();
    void codesNeedAnIdentityCheck();
    void deletedAccountsAreGone();
    void appsAreRegistered();
    void D07_redirectUris();
    void appsKeepTheirKind();
    void everyDeedIsNoted();

  private:
    static HttpAnswer at(const Clinic& clinic, const std::string& method, const std::string& path, const Json& body = Json()) {
        return operate(server(), method, "/admin/api/Tenant/" + clinic.id + "/" + path, body);
    }
    static HttpAnswer invite(const Clinic& clinic, const std::string& patient, Json more = Json::object()) {
        more["realm"] = "patient";
        more["fhirUser"] = "Patient/" + patient;
        return at(clinic, "POST", "Account", more);
    }
    static void keepPatient(const Clinic& clinic, const std::string& id, const std::string& more = R"(,"birthDate":"1980-05-03")") {
        const auto answer =
            ask(clinic, "PUT", "Patient/" + id,
                R"({"resourceType":"Patient","id":")" + id + R"(","name":[{"family":"Gomez","given":["Maria"]}])" + more + "}");
        if (answer.status / 100 != 2) throw std::runtime_error("PUT Patient: " + answer.told());
    }
    Clinic a_, b_;
};

void AccountsTest::initTestCase() {
    a_ = makeClinic(server(), "acc-a", false);
    b_ = makeClinic(server(), "acc-b", true);
    for (const auto& clinic : {a_, b_})
        for (const char* id : {"p1", "p2", "p3", "p4"}) keepPatient(clinic, id);
    keepPatient(a_, "undated", "");
}

void AccountsTest::invitationsSayWhatTheSlipNeeds() {
    const auto made = invite(a_, "p1", {{"email", "maria@example.org"}, {"language", "es"}});
    QCOMPARE(made.status, 201);
    QCOMPARE(made.header("cache-control"), std::string("no-store"));
    QVERIFY(made.json["resourceType"] == "Account" && made.json["realm"] == "patient" && made.json["fhirUser"] == "Patient/p1");
    QVERIFY(made.json["status"] == "invited" && made.json["disabled"] == false && made.json["language"] == "es");
    QVERIFY(made.json["meta"]["versionId"] == "1");
    const std::string code = made.json["activation"]["code"], username = made.json["username"];
    QVERIFY(QRegularExpression("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")
                .match(QString::fromStdString(code))
                .hasMatch());
    QVERIFY(QRegularExpression("^maria\\.gomez[0-9]{2,3}$").match(QString::fromStdString(username)).hasMatch());
    QVERIFY(made.json["activation"]["username"] == username);
    QVERIFY(made.json["activation"]["url"] == server().base() + "/tenant/acc-a/patient/portal/activate#" + code);
    QVERIFY(made.json["activation"]["expiresAt"] == made.json["invitedUntil"]);
    const std::string id = made.json["id"];
    const auto read = at(a_, "GET", "Account/" + id);
    QCOMPARE(read.status, 200);
    QVERIFY(!read.json.contains("activation"));
    QVERIFY(read.body.find(code.substr(6)) == std::string::npos);
    const auto again = at(a_, "POST", "Account/" + id + "/$invite");
    QCOMPARE(again.status, 200);
    QVERIFY(again.json["activation"]["code"] != code);
    QCOMPARE(invite(a_, "p1").status, 409);
}

void AccountsTest::faultsAreNamed_data() {
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("place");
    const auto row = [](const char* body, const char* place) { QTest::newRow(body) << body << place; };
    row(R"({"fhirUser":"Patient/p4"})", "Account.realm");
    row(R"({"realm":"provider","fhirUser":"Patient/p4"})", "Account.realm");
    row(R"({"realm":"patient"})", "Account.fhirUser");
    row(R"({"realm":"patient","fhirUser":"Patient/nobody"})", "Account.fhirUser");
    row(R"({"realm":"patient","fhirUser":"Practitioner/p4"})", "Account.fhirUser");
    row(R"({"realm":"patient","fhirUser":"Patient/p4/_history/1"})", "Account.fhirUser");
    row(R"({"realm":"patient","fhirUser":7})", "Account.fhirUser");
    row(R"({"realm":"patient","fhirUser":"Patient/undated"})", "Account.birthDate");
    row(R"({"realm":"patient","fhirUser":"Patient/undated","birthDate":"1980-02-30"})", "Account.birthDate");
    row(R"({"realm":"patient","fhirUser":"Patient/undated","birthDate":"1980"})", "Account.birthDate");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","birthDate":"1980-05-04"})", "Account.birthDate");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","email":"nobody"})", "Account.email");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","email":"a@b, c@d"})", "Account.email");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","language":"tlh"})", "Account.language");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","username":"a\u202eb"})", "Account.username");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","username":""})", "Account.username");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","password":"three green boats sail"})", "Account.password");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","status":"active"})", "Account.status");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","id":"mine"})", "Account.id");
    row(R"({"realm":"patient","fhirUser":"Patient/p4","disabled":true})", "Account.disabled");
}

void AccountsTest::faultsAreNamed() {
    QFETCH(QString, body);
    QFETCH(QString, place);
    const auto answer = at(a_, "POST", "Account", Json::parse(body.toStdString()));
    QCOMPARE(answer.status, 422);
    QCOMPARE(answer.json["issue"].size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(answer.json["issue"][0]["expression"][0]), place);
    QVERIFY(at(a_, "GET", "Account?fhirUser=Patient/p4").json["total"] == 0);
}

void AccountsTest::whatOneClinicHasTheOtherHasNot() {
    const auto made = invite(b_, "p2", {{"username", "tom"}});
    QCOMPARE(made.status, 201);
    const std::string path = "Account/" + made.json["id"].get<std::string>();
    const auto unknown = at(a_, "GET", "Account/no-such");
    for (const auto& [method, suffix] :
         {std::pair<std::string, std::string>{"GET", ""}, {"DELETE", ""}, {"POST", "/$invite"}, {"POST", "/$unlock"}}) {
        const auto answer = at(a_, method, path + suffix);
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.body, unknown.body);
    }
    QCOMPARE(at(a_, "PUT", path, {{"disabled", true}}).status, 404);
    QCOMPARE(at(a_, "POST", path + "/$reset-code", {{"identityChecked", true}}).status, 404);
    QVERIFY(at(b_, "GET", path).json["disabled"] == false);
    QVERIFY(at(a_, "GET", "Account?name=tom").json["total"] == 0);
    QCOMPARE(at(a_, "DELETE", "Session/no-such").status, 404);
    QVERIFY(at(a_, "GET", "Session").json["total"] == 0);
}

void AccountsTest::changesHoldTheVersion() {
    const auto made = invite(a_, "p3", {{"username", "ada"}});
    const std::string path = "/admin/api/Tenant/acc-a/Account/" + made.json["id"].get<std::string>();
    auto headers = bearerJson(server().localToken());
    headers.emplace_back("If-Match", "W/\"7\"");
    QCOMPARE(http("PUT", server().operators() + path, headers, R"({"email":"ada@example.org"})").status, 412);
    headers.back().second = "W/\"1\"";
    const auto changed = http("PUT", server().operators() + path, headers, R"({"email":"ada@example.org","username":"Ada"})");
    QCOMPARE(changed.status, 200);
    QCOMPARE(changed.header("etag"), std::string("W/\"2\""));
    QVERIFY(changed.json["email"] == "ada@example.org" && changed.json["username"] == "Ada");
    // What is answered can be sent back as it is.
    QCOMPARE(operate(server(), "PUT", path, changed.json).status, 200);
    for (const auto& [member, value] :
         {std::pair<const char*, const char*>{"fhirUser", "Patient/p4"}, {"birthDate", "1980-05-03"}, {"id", "x"}, {"colour", "red"}}) {
        const auto refused = operate(server(), "PUT", path, {{member, value}});
        QCOMPARE(refused.status, 422);
        QVERIFY(refused.json["issue"][0]["expression"][0] == "Account." + std::string(member));
    }
    QVERIFY(operate(server(), "PUT", path, {{"disabled", true}}).json["status"] == "off");
    QCOMPARE(operate(server(), "POST", path + "/$invite").status, 409);
    QVERIFY(operate(server(), "PUT", path, {{"disabled", false}}).json["status"] == "invited");
    QCOMPARE(operate(server(), "PUT", path, {{"username", "maria.gomez?"}, {"disabled", "no"}}).status, 422);
}

void AccountsTest::accountsAreFound() {
    const auto total = [&](const std::string& query) { return at(a_, "GET", "Account" + query).json["total"].get<int>(); };
    QCOMPARE(total(""), 2);
    QCOMPARE(total("?realm=patient"), 2);
    QCOMPARE(total("?realm=provider"), 0);
    QCOMPARE(total("?name=ADA"), 1);
    QCOMPARE(total("?name=@example.org"), 1);
    QCOMPARE(total("?name=%25"), 0);
    QCOMPARE(total("?fhirUser=Patient/p1"), 1);
    QCOMPARE(total("?status=invited"), 2);
    QCOMPARE(total("?status=active"), 0);
    QCOMPARE(at(a_, "GET", "Account?status=happy").status, 400);
    QCOMPARE(at(a_, "GET", "Account?realm=happy").status, 400);
}

void AccountsTest::codesNeedAnIdentityCheck() {
    const auto found = at(a_, "GET", "Account?fhirUser=Patient/p1");
    const std::string path = "Account/" + found.json["entry"][0]["resource"]["id"].get<std::string>() + "/$reset-code";
    for (const auto& body : {Json{{"identityChecked", false}}, Json::object(),
                             Json{{"identityChecked", true}, {"password", "three green boats sail"}}, Json::array()})
        QCOMPARE(at(a_, "POST", path, body).status, 422);
    QCOMPARE(at(a_, "POST", path, {{"identityChecked", true}}).status, 409);  // never activated
}

void AccountsTest::deletedAccountsAreGone() {
    keepPatient(a_, "p5");
    const auto made = invite(a_, "p5");
    const std::string path = "Account/" + made.json["id"].get<std::string>();
    QCOMPARE(at(a_, "DELETE", path).status, 204);
    QCOMPARE(at(a_, "GET", path).status, 404);
    QCOMPARE(at(a_, "DELETE", path).status, 404);
    QCOMPARE(invite(a_, "p5").status, 201);
}

void AccountsTest::appsAreRegistered() {
    const Json app{{"name", "Heart Diary"},
                   {"kind", "patient-app"},
                   {"type", "public"},
                   {"redirectUris", {"https://app.example.org/cb"}},
                   {"scopes", "openid fhirUser launch/patient offline_access patient/Observation.rs"},
                   {"publisher", "Pulse Labs"},
                   {"offered", true}};
    const auto made = at(a_, "POST", "Client", app);
    QCOMPARE(made.status, 201);
    QVERIFY(!made.json.contains("clientSecret"));
    for (const auto& [key, value] : app.items()) QVERIFY2(made.json[key] == value, key.c_str());
    const std::string path = "Client/" + made.json["id"].get<std::string>();
    QCOMPARE(at(a_, "POST", path + "/$rotate-secret").status, 409);
    QCOMPARE(at(b_, "GET", path).status, 404);
    auto confidential = app;
    confidential["type"] = "confidential-symmetric";
    const auto secret = at(a_, "POST", "Client", confidential);
    QCOMPARE(secret.status, 201);
    QVERIFY(secret.json["clientSecret"].get<std::string>().size() > 40);
    QVERIFY(!at(a_, "GET", "Client/" + secret.json["id"].get<std::string>()).json.contains("clientSecret"));
    for (const char* scopes : {"system/*.rs", "user/*.rs", "patient/Foo.rs", "patient/*.rs nonsense"}) {
        auto wrong = app;
        wrong["scopes"] = scopes;
        const auto refused = at(a_, "POST", "Client", wrong);
        QCOMPARE(refused.status, 422);
        QVERIFY(refused.json["issue"][0]["expression"][0] == "Client.scopes");
    }
    // Words of apps are no scopes of systems.
    QCOMPARE(at(a_, "POST", "Client", {{"name", "x"}, {"kind", "backend-service"}, {"scopes", "openid system/*.rs"}}).status, 422);
}

void AccountsTest::D07_redirectUris() {
    for (const char* uri : {"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://app.example.org/cb",
                            "https://*.example.org/cb", "https://app.example.org/cb#x"}) {
        const auto refused = at(a_, "POST", "Client",
                                {{"name", "x"},
                                 {"kind", "patient-app"},
                                 {"type", "public"},
                                 {"scopes", "patient/*.rs"},
                                 {"redirectUris", {"https://app.example.org/cb", uri}}});
        QCOMPARE(refused.status, 422);
        QVERIFY(refused.json["issue"][0]["expression"][0] == "Client.redirectUris[1]");
    }
}

void AccountsTest::appsKeepTheirKind() {
    const Json app{{"name", "App"},
                   {"kind", "patient-app"},
                   {"type", "public"},
                   {"redirectUris", {"com.example.app:/cb"}},
                   {"scopes", "patient/*.rs"}};
    const auto made = at(a_, "POST", "Client", app);
    const std::string path = "Client/" + made.json["id"].get<std::string>();
    auto wish = app;
    wish["redirectUris"] = {"https://app.example.org/new"};
    wish["description"] = "Shows things.";
    const auto changed = at(a_, "PUT", path, wish);
    QCOMPARE(changed.status, 200);
    QVERIFY(changed.json["redirectUris"] == wish["redirectUris"] && changed.json["description"] == "Shows things.");
    wish["type"] = "confidential-symmetric";
    const auto refused = at(a_, "PUT", path, wish);
    QCOMPARE(refused.status, 422);
    QVERIFY(refused.json["issue"][0]["expression"][0] == "Client.type");
}

void AccountsTest::everyDeedIsNoted() {
    for (const char* deed : {"account-invite", "account-update", "account-disable", "account-delete"}) {
        const auto events = at(a_, "GET", std::string("AuditEvent?subtype=") + deed);
        QVERIFY2(events.json["total"].get<int>() > 0, deed);
        QVERIFY(events.json["entry"][0]["resource"]["agent"][0]["who"]["identifier"]["value"] == "command-line");
    }
    QVERIFY(at(b_, "GET", "AuditEvent?subtype=account-delete").json["total"] == 0);
}

POLYCLINIC_TEST(AccountsTest)
#include "accounts_test.moc"
