// Groups C and D of the attack list for backend services: what a token may do, and what its server refuses.

#include <QFile>
#include <QProcess>
#include <QTest>
#include <chrono>

#include "short_server.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class Scopes : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void C01_v1ReadIsReadAndSearch();
    void C02_lettersAreWhatTheySay();
    void C02_bundlesAskTheSame();
    void C04_oddScopesAreDroppedOrRefused();
    void C11_narrowerThanRegistered();
    void C12_otherLevelsAreRefused();
    void C13_hostileScopesAreRefusedAtOnce();
    void C14_parametersTwice();
    void D20_D21_clientAuthentication();
    void D43_wrongGrantsAndPlaces();
    void D53_oneBearerInItsHeader();
    void D56_tokenAnswersAreNotKept();
    void D59_revocation();
    void disabledClientsEndAtOnce();
    void E17_nothingSecretLiesInTheDatabaseOrTheLog();

  private:
    static HttpAnswer token(const std::vector<std::pair<std::string, std::string>>& fields, HttpHeaders headers = {});
    static Clinic with(const std::string& registered, const std::string& asked = {}) {
        return addClient(shortServer().process, shortServer().a, registered, asked);
    }
};

namespace {

const HttpHeaders formType{{"Content-Type", "application/x-www-form-urlencoded"}};

int get(const Clinic& clinic, const std::string& path) { return http("GET", clinic.fhir + path, bearer(clinic.token)).status; }

int putPatient(const Clinic& clinic, const std::string& id) {
    return http("PUT", clinic.fhir + "/Patient/" + id, bearerJson(clinic.token), R"({"resourceType":"Patient","id":")" + id + "\"}").status;
}

}  // namespace

HttpAnswer Scopes::token(const std::vector<std::pair<std::string, std::string>>& fields, HttpHeaders headers) {
    headers.push_back(formType.front());
    return http("POST", shortServer().a.tokenUrl, headers, form(fields));
}

void Scopes::initTestCase() { QCOMPARE(putPatient(shortServer().a, "scoped"), 201); }

void Scopes::C01_v1ReadIsReadAndSearch() {
    const auto reader = with("system/Patient.read");
    QCOMPARE(get(reader, "/Patient/scoped"), 200);
    QCOMPARE(get(reader, "/Patient"), 200);
    QCOMPARE(putPatient(reader, "never"), 403);
    QCOMPARE(get(shortServer().a, "/Patient/never"), 404);
    QCOMPARE(get(reader, "/Observation"), 403);
    const auto writer = with("system/Patient.write");
    QCOMPARE(putPatient(writer, "written"), 201);
    QCOMPARE(get(writer, "/Patient/written"), 403);
    QCOMPARE(http("DELETE", writer.fhir + "/Patient/written", bearer(writer.token)).status, 204);
}

void Scopes::C02_lettersAreWhatTheySay() {
    const auto r = with("system/Patient.r"), s = with("system/Patient.s"), c = with("system/Patient.c");
    QCOMPARE(get(r, "/Patient/scoped"), 200);
    QCOMPARE(get(r, "/Patient/scoped/_history"), 200);
    QCOMPARE(get(r, "/Patient?_id=scoped"), 403);
    QCOMPARE(get(s, "/Patient?_id=scoped"), 200);
    QCOMPARE(get(s, "/Patient/scoped"), 403);
    QCOMPARE(get(s, "/Patient/scoped/_history/1"), 403);
    QCOMPARE(get(c, "/Patient/scoped"), 403);
    QCOMPARE(http("POST", c.fhir + "/Patient", bearerJson(c.token), R"({"resourceType":"Patient"})").status, 201);
    QCOMPARE(putPatient(c, "scoped"), 403);
    QCOMPARE(http("DELETE", c.fhir + "/Patient/scoped", bearer(c.token)).status, 403);
    QCOMPARE(get(r, "/Patient/no-such"), 404);
    QCOMPARE(get(s, "/Patient/no-such"), 403);  // before any look
}

void Scopes::C02_bundlesAskTheSame() {
    const auto r = with("system/Patient.rs");
    const std::string entry =
        R"({"resource":{"resourceType":"Patient","id":"by-bundle"},"request":{"method":"PUT","url":"Patient/by-bundle"}})";
    const auto transaction =
        http("POST", r.fhir, bearerJson(r.token), R"({"resourceType":"Bundle","type":"transaction","entry":[)" + entry + "]}");
    QCOMPARE(transaction.status, 403);
    const auto batch =
        http("POST", r.fhir, bearerJson(r.token),
             R"({"resourceType":"Bundle","type":"batch","entry":[)" + entry +
                 R"(,{"request":{"method":"GET","url":"Patient/scoped"}},{"request":{"method":"GET","url":"Observation"}}]})");
    QCOMPARE(batch.status, 200);
    QVERIFY(batch.json["entry"][0]["response"]["status"] == "403");
    QVERIFY(batch.json["entry"][1]["response"]["status"] == "200");
    QVERIFY(batch.json["entry"][2]["response"]["status"] == "403");
    QCOMPARE(get(shortServer().a, "/Patient/by-bundle"), 404);
}

void Scopes::C04_oddScopesAreDroppedOrRefused() {
    const auto& a = shortServer().a;
    for (const char* odd : {"system/Patient.sr", "system/Patient.rsr", "system/Patient.dus", "system/patient.rs", "system/Foo.rs"}) {
        const auto alone = askToken(a, odd);
        QCOMPARE(alone.status, 400);
        QVERIFY(alone.json["error"] == "invalid_scope");
        const auto beside = askToken(a, std::string(odd) + " system/Patient.r");
        QCOMPARE(beside.status, 200);
        QVERIFY(beside.json["scope"] == "system/Patient.r");
    }
}

void Scopes::C11_narrowerThanRegistered() {
    const auto narrow = with("system/*.cruds", "system/Patient.r");
    QCOMPARE(get(narrow, "/Patient/scoped"), 200);
    QCOMPARE(get(narrow, "/Observation"), 403);
    const auto wide = with("system/Patient.r");
    const auto answer = askToken(wide, "system/*.cruds");
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.json["scope"] == "system/Patient.r");
}

void Scopes::C12_otherLevelsAreRefused() {
    for (const char* level : {"user/*.rs", "patient/*.rs"}) QVERIFY(askToken(shortServer().a, level).json["error"] == "invalid_scope");
}

void Scopes::C13_hostileScopesAreRefusedAtOnce() {
    std::string many, big(64 << 10, 'x');
    for (int i = 0; i < 10'000; ++i) many += "system/Patient.r ";
    for (const std::string& scope :
         {std::string("system/Patient.r\nsystem/*.cruds"), std::string("system/Patient.r\"x"), many, big,
          std::string("system/Patient.rs?patient.birthdate=1990"), std::string("system/Observation.rs?code:in=x")}) {
        const auto begun = std::chrono::steady_clock::now();
        const auto answer = askToken(shortServer().a, scope);
        QVERIFY2(answer.status >= 400 && answer.status < 500, std::to_string(answer.status).c_str());
        QVERIFY(std::chrono::steady_clock::now() - begun < std::chrono::seconds(20));
    }
}

void Scopes::C14_parametersTwice() {
    const auto& a = shortServer().a;
    for (const auto& twice :
         {std::pair<std::string, std::string>{"scope", "system/*.rs"}, {"client_id", a.clientId}, {"grant_type", "client_credentials"}}) {
        const auto answer = token({{"grant_type", "client_credentials"},
                                   {"client_id", a.clientId},
                                   {"client_secret", a.secret},
                                   {"scope", "system/*.rs"},
                                   twice});
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.json["error"] == "invalid_request");
    }
}

void Scopes::D20_D21_clientAuthentication() {
    const auto& a = shortServer().a;
    const auto wrong =
        token({{"grant_type", "client_credentials"}, {"client_id", a.clientId}, {"client_secret", "wrong"}, {"scope", "system/*.rs"}});
    QCOMPARE(wrong.status, 401);
    QVERIFY(wrong.json["error"] == "invalid_client");
    QVERIFY(!wrong.header("www-authenticate").empty());
    const auto none = token({{"grant_type", "client_credentials"}, {"client_id", a.clientId}, {"scope", "system/*.rs"}});
    QVERIFY(none.json["error"] == "invalid_client");
    const auto foreign = token({{"grant_type", "client_credentials"},
                                {"client_id", shortServer().b.clientId},
                                {"client_secret", shortServer().b.secret},
                                {"scope", "system/*.rs"}});
    QVERIFY(foreign.json["error"] == "invalid_client");
    const auto both =
        token({{"grant_type", "client_credentials"}, {"client_id", a.clientId}, {"client_secret", a.secret}, {"scope", "system/*.rs"}},
              {{"Authorization", "Basic YTpi"}});
    QVERIFY(both.json["error"] == "invalid_request");
}

void Scopes::D43_wrongGrantsAndPlaces() {
    const auto& a = shortServer().a;
    for (const char* grant : {"password", "authorization_code", "urn:ietf:params:oauth:grant-type:device_code"}) {
        const auto answer = token({{"grant_type", grant}, {"client_id", a.clientId}, {"client_secret", a.secret}});
        QCOMPARE(answer.status, 400);
        QVERIFY(answer.json["error"] == "unsupported_grant_type");
    }
    QCOMPARE(http("GET", a.tokenUrl).status, 405);
    const auto json = http("POST", a.tokenUrl, {{"Content-Type", "application/json"}}, "{}");
    QCOMPARE(json.status, 400);
    QVERIFY(json.json["error"] == "invalid_request");
}

void Scopes::D53_oneBearerInItsHeader() {
    const auto& a = shortServer().a;
    QCOMPARE(http("GET", a.fhir + "/Patient/scoped?access_token=" + a.token).status, 401);
    QCOMPARE(http("GET", a.fhir + "/Patient/scoped", {{"Authorization", "bearer " + a.token}}).status, 200);
    QCOMPARE(http("GET", a.fhir + "/Patient/scoped", {{"Authorization", "Basic " + a.token}}).status, 401);
    const auto twice = raw(a.fhir, "GET " + pathOf(a.fhir) + "/Patient/scoped HTTP/1.1\r\nHost: " + authorityOf(a.fhir) +
                                       "\r\nAuthorization: Bearer x\r\nAuthorization: Bearer " + a.token + "\r\n\r\n");
    QCOMPARE(twice.status, 400);
}

void Scopes::D56_tokenAnswersAreNotKept() {
    for (const auto& answer : {askToken(shortServer().a, "system/*.rs"), askToken(shortServer().a, "nonsense")}) {
        QVERIFY(answer.header("cache-control").find("no-store") != std::string::npos);
        QVERIFY(answer.header("pragma").find("no-cache") != std::string::npos);
    }
}

void Scopes::D59_revocation() {
    const auto mine = with("system/Patient.rs");
    const auto revoke = mine.tokenUrl.substr(0, mine.tokenUrl.rfind('/')) + "/revoke";
    const auto fields = [&](const std::string& token) {
        return form({{"client_id", mine.clientId}, {"client_secret", mine.secret}, {"token", token}});
    };
    QCOMPARE(http("POST", revoke, formType, fields("unknown")).status, 200);
    QCOMPARE(http("GET", revoke).status, 405);
    http("POST", revoke, formType, fields(shortServer().a.token));  // another client's
    QCOMPARE(get(shortServer().a, "/Patient/scoped"), 200);
    QCOMPARE(get(mine, "/Patient/scoped"), 200);
    QCOMPARE(http("POST", revoke, formType, fields(mine.token)).status, 200);
    QCOMPARE(get(mine, "/Patient/scoped"), 401);
}

void Scopes::disabledClientsEndAtOnce() {
    const auto mine = with("system/Patient.rs");
    const auto path = "/admin/api/Tenant/" + mine.id + "/Client/" + mine.clientId;
    auto client = operate(shortServer().process, "GET", path).json;
    QCOMPARE(get(mine, "/Patient/scoped"), 200);
    client["disabled"] = true;
    QCOMPARE(operate(shortServer().process, "PUT", path, client).status, 200);
    QCOMPARE(get(mine, "/Patient/scoped"), 401);
    QVERIFY(askToken(mine, "system/Patient.rs").json["error"] == "invalid_client");
    // Another clinic's path never reaches this client.
    QCOMPARE(operate(shortServer().process, "GET", "/admin/api/Tenant/t-b/Client/" + mine.clientId).status, 404);
}

void Scopes::E17_nothingSecretLiesInTheDatabaseOrTheLog() {
    auto& server = shortServer().process;
    QFile pid(QString::fromStdString((server.dataDirectory() / "postgres" / "postmaster.pid").string()));
    QVERIFY(pid.open(QIODevice::ReadOnly));
    const auto socket = QString(pid.readAll()).split('\n').value(4);
    QProcess dump;
    const QStringList command{"pg_dump", "-h", socket, "-U", "polyclinic_backup", "polyclinic"};
    dump.start(command.first(), command.mid(1));
    QVERIFY(dump.waitForFinished(60'000));
    const auto text = dump.readAllStandardOutput().toStdString();
    QVERIFY2(dump.exitCode() == 0, dump.readAllStandardError());
    QVERIFY(text.find("t-b") != std::string::npos);
    const auto log = server.log();
    QVERIFY(log.find("request ") != std::string::npos);
    for (const auto* clinic : {&shortServer().a, &shortServer().b, &shortServer().own})
        for (const auto& secret : {clinic->token, clinic->secret}) {
            QVERIFY(text.find(secret) == std::string::npos);
            QVERIFY(log.find(secret) == std::string::npos);
        }
    QVERIFY(log.find(server.localToken()) == std::string::npos);
    QVERIFY(log.find("CANARY") == std::string::npos);
}

POLYCLINIC_TEST(Scopes)
#include "scopes_test.moc"
