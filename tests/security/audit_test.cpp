// K04 and K08 of the attack list: what the clinic's audit log says of everything that can be done, and that the operator
// API keeps clinics apart by their address.

#include <QDateTime>
#include <QTest>
#include <set>

#include "portal_people.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using Json = nlohmann::json;

class OperatorsTrail : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void K08_everyDeedIsFoundAgain_data();
    void K08_everyDeedIsFoundAgain();
    void K08_whatIsOfOnePatient();
    void K08_nothingOfItIsElsewhere();
    void K04_idsOfAnotherClinicAreUnknown();

  private:
    static Clinic trail_;
    static PatientApp app_, confidential_;
    static Person person_;
    static std::string system_, gone_;
};

Clinic OperatorsTrail::trail_;
PatientApp OperatorsTrail::app_, OperatorsTrail::confidential_;
Person OperatorsTrail::person_;
std::string OperatorsTrail::system_, OperatorsTrail::gone_;

namespace {

const std::string scope = "launch/patient openid fhirUser offline_access patient/Patient.rs patient/Observation.cruds";
const std::string from = "127.31.0.1";  // where the browser is
const HttpHeaders formed{{"Content-Type", "application/x-www-form-urlencoded"}};

HttpAnswer fhir(const std::string& base, const std::string& token, const std::string& method, const std::string& path,
                const std::string& body = {}) {
    return http(method, base + "/" + path, body.empty() ? bearer(token) : bearerJson(token), body);
}

}  // namespace

/// Every deed is done once; the tests below look for them.
void OperatorsTrail::initTestCase() {
    auto& server = shortServer().process;
    trail_ = makeClinic(server, "t-trail", false);  // tenant-create, client-create, token
    const auto refused = http("POST", trail_.tokenUrl, formed,
                              form({{"grant_type", "client_credentials"}, {"client_id", trail_.clientId}, {"client_secret", "wrong"}}));
    QCOMPARE(refused.status, 401);
    // The clinic's own system.
    const auto put = [&](const std::string& path, const std::string& body) {
        return fhir(trail_.fhir, trail_.token, "PUT", path, body).status;
    };
    const auto get = [&](const std::string& path) { return fhir(trail_.fhir, trail_.token, "GET", path).status; };
    QCOMPARE(fhir(trail_.fhir, trail_.token, "POST", "Organization", R"({"resourceType":"Organization","name":"Another"})").status, 201);
    QCOMPARE(put("Organization/k08", R"({"resourceType":"Organization","id":"k08","name":"One"})"), 201);
    QCOMPARE(put("Organization/k08", R"({"resourceType":"Organization","id":"k08","name":"Two"})"), 200);
    QCOMPARE(get("Organization/k08"), 200);
    QCOMPARE(get("Organization/k08/_history/1"), 200);
    QCOMPARE(get("Organization/k08/_history"), 200);
    QCOMPARE(get("Organization?name=Two"), 200);
    QCOMPARE(get("Organization/k08-never"), 404);
    QCOMPARE(fhir(trail_.fhir, trail_.token, "DELETE", "Organization/k08").status, 204);
    // A person: invited, activated, in and out, with a new password.
    PortalVisitor visitor(trail_, from);
    person_ = activated(trail_, "k08", visitor);
    QCOMPARE(visitor.submit("account/password", {{"current", good}, {"password", better}}).status, 303);
    visitor.submit("home", {});  // for the token of this session's forms
    QCOMPARE(visitor.post("sign-out", {}).status, 303);
    QCOMPARE(visitor.signIn("k08", test::wrong).status, 401);
    QCOMPARE(visitor.signIn("nobody-k08", test::wrong).status, 401);
    QCOMPARE(visitor.signIn("k08", better).status, 303);
    QCOMPARE(PortalVisitor(trail_, from).submit("activate", {{"code", "ZZZZZ-0000-0000"}}).status, 400);
    // An app of theirs.
    app_ = registerApp(server, trail_, false, scope);
    confidential_ = registerApp(server, trail_, true, scope);
    const PatientPerson who{person_.patient, person_.account, visitor.cookies()};
    QCOMPARE(returned(test::decide(consentForm(trail_, who, request(trail_, app_, scope)), who, "deny"), "error"),
             std::string("access_denied"));
    auto tokens = tokensFor(trail_, who, app_, scope);
    QCOMPARE(redeem(trail_, app_, "no-code").status, 400);
    tokens = refresh(trail_, app_, tokens.at("refresh_token")).json;
    const std::string access = tokens.at("access_token");
    QCOMPARE(fhir(patientApi(trail_), access, "GET", "Patient/" + person_.patient).status, 200);
    const auto made = fhir(patientApi(trail_), access, "POST", "Observation",
                           R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" +
                               person_.patient + "\"}}");
    QCOMPARE(made.status, 201);
    QCOMPARE(postAs(trail_, app_, "revoke", {{"token", tokens.at("refresh_token")}}).status, 200);
    QCOMPARE(redeem(trail_, confidential_, "no-code").status, 400);
    auto thief = confidential_;
    thief.secret = "pcs_wrong";
    QCOMPARE(redeem(trail_, thief, "x").status, 401);
    tokensFor(trail_, who, app_, scope);
    const auto grants = office(trail_, "GET", "Grant?status=active&account=" + person_.account).json;
    QCOMPARE(office(trail_, "DELETE", "Grant/" + grants["entry"][0]["resource"]["id"].get<std::string>()).status, 204);
    // The office.
    auto client = office(trail_, "GET", "Client/" + app_.id).json;
    client["name"] = "Another name";
    QCOMPARE(office(trail_, "PUT", "Client/" + app_.id, client).status, 200);
    client = office(trail_, "GET", "Client/" + app_.id).json;
    client["disabled"] = true;
    QCOMPARE(office(trail_, "PUT", "Client/" + app_.id, client).status, 200);
    QCOMPARE(office(trail_, "POST", "Client/" + confidential_.id + "/$rotate-secret").status, 200);
    gone_ = registerApp(server, trail_, false, scope).id;
    QCOMPARE(office(trail_, "DELETE", "Client/" + gone_).status, 204);
    QCOMPARE(office(trail_, "POST", "Account/" + person_.account + "/$reset-code", {{"identityChecked", true}}).status, 200);
    QCOMPARE(office(trail_, "POST", "Account/" + person_.account + "/$unlock").status, 200);
    QCOMPARE(office(trail_, "POST", "$rotate-signing-key").status, 200);
    const auto sessions = office(trail_, "GET", "Session?account=" + person_.account).json;
    QCOMPARE(office(trail_, "DELETE", "Session/" + sessions["entry"][0]["resource"]["id"].get<std::string>()).status, 204);
    system_ = trail_.clientId;
}

void OperatorsTrail::K08_everyDeedIsFoundAgain_data() {
    QTest::addColumn<QString>("deed");
    QTest::addColumn<QString>("who");  // begins with it
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("what");  // ends with it; empty: nothing is named
    QTest::addColumn<QString>("action");
    QTest::addColumn<QString>("outcome");
    QTest::addColumn<QString>("where");
    const QString system = QString::fromStdString(system_), account = QString::fromStdString(person_.account),
                  app = QString::fromStdString(app_.id), other = QString::fromStdString(confidential_.id), office = "command-line",
                  here = "127.0.0.1", browser = QString::fromStdString(from);
    const auto row = [](const QString& deed, const QString& who, const QString& kind, const QString& what, const QString& action,
                        const QString& outcome, const QString& where) {
        QTest::newRow(qPrintable(deed + " " + kind + " " + outcome + (who == "unknown" ? " unknown" : "")))
            << deed << who << kind << what << action << outcome << where;
    };
    row("tenant-create", office, "operator-client", "t-trail", "C", "0", here);
    row("client-create", office, "operator-client", system, "C", "0", here);
    row("client-update", office, "operator-client", app, "U", "0", here);
    row("client-disable", office, "operator-client", app, "U", "0", here);
    row("client-rotate-secret", office, "operator-client", other, "U", "0", here);
    row("client-delete", office, "operator-client", QString::fromStdString(gone_), "D", "0", here);
    row("account-invite", office, "operator-client", account, "C", "0", here);
    row("account-reset-code", office, "operator-client", account, "U", "0", here);
    row("account-unlock", office, "operator-client", account, "U", "0", here);
    row("grant-end", office, "operator-client", "", "D", "0", here);
    row("session-end", office, "operator-client", "", "D", "0", here);
    row("signing-key-rotate", office, "operator-client", "t-trail", "U", "0", here);
    row("token", system, "system", "", "E", "0", here);
    row("token", "unknown", "system", "", "E", "4", "");  // who proves nothing is nobody
    row("create", system, "system", "", "C", "0", here);
    row("update", system, "system", "Organization/k08", "U", "0", here);
    row("delete", system, "system", "Organization/k08", "D", "0", here);
    row("read", system, "system", "Organization/k08", "R", "0", here);
    row("read", system, "system", "Organization/k08-never", "R", "4", here);
    row("vread", system, "system", "Organization/k08", "R", "0", here);
    row("history-instance", system, "system", "Organization/k08", "R", "0", here);
    row("search-type", system, "system", "Organization", "E", "0", here);
    row("account-activate", account, "patient", account, "U", "0", browser);
    row("password-change", account, "patient", account, "U", "0", browser);
    row("sign-out", account, "patient", account, "E", "0", browser);
    row("sign-in", account, "patient", account, "E", "0", browser);
    row("sign-in", account, "patient", account, "E", "4", browser);
    row("sign-in", "unknown", "patient", "", "E", "4", browser);
    row("code-refused", "unknown", "patient", "", "E", "4", browser);
    row("consent", account, "patient", app, "E", "0", here);
    row("consent-refused", account, "patient", app, "E", "0", here);
    row("token-code", app, "patient-app", "", "E", "0", here);
    row("token-code", "unknown", "patient-app", "", "E", "4", "");
    row("token-code", other, "patient-app", "", "E", "4", here);  // its secret was right, the code was not
    row("token-refresh", app, "patient-app", "", "E", "0", here);
    row("token-revoke", app, "patient-app", "", "E", "0", here);
    const auto ofPatient = app + " for Patient/" + QString::fromStdString(person_.patient);
    row("read", ofPatient, "patient-app", QString::fromStdString("Patient/" + person_.patient), "R", "0", here);
    row("create", ofPatient, "patient-app", "", "C", "0", here);
}

void OperatorsTrail::K08_everyDeedIsFoundAgain() {
    QFETCH(QString, deed);
    QFETCH(QString, who);
    QFETCH(QString, kind);
    QFETCH(QString, what);
    QFETCH(QString, action);
    QFETCH(QString, outcome);
    QFETCH(QString, where);
    const auto found = office(trail_, "GET", "AuditEvent?_count=1000&subtype=" + deed.toStdString());
    QCOMPARE(found.status, 200);
    int fitting = 0;
    for (const auto& entry : found.json.value("entry", Json::array())) {
        const auto& event = entry.at("resource");
        const auto& agent = event.at("agent")[0];
        const auto& entity = event.at("entity")[0];
        QCOMPARE(event.at("resourceType"), "AuditEvent");
        QVERIFY(event.at("subtype")[0].at("code") == deed.toStdString());
        QVERIFY(QDateTime::fromString(QString::fromStdString(event.at("recorded")), Qt::ISODateWithMs).isValid());
        const auto named = QString::fromStdString(entity.contains("what")   ? entity["what"].value("reference", "")
                                                  : entity.contains("name") ? entity["name"].get<std::string>()
                                                  : entity.contains("type") ? entity["type"].value("code", "")
                                                                            : "");
        fitting += QString::fromStdString(agent.at("who").at("identifier").at("value")).startsWith(who) &&
                   agent.at("type").at("text") == kind.toStdString() && (what.isEmpty() || named.endsWith(what)) &&
                   event.at("action") == action.toStdString() && event.at("outcome") == outcome.toStdString() &&
                   agent.value("/network/address"_json_pointer, "") == where.toStdString();
    }
    QVERIFY2(fitting > 0, found.told().c_str());
}

void OperatorsTrail::K08_whatIsOfOnePatient() {
    const auto found = office(trail_, "GET", "AuditEvent?_count=1000&patient=" + person_.patient).json;
    std::set<std::string> deeds;
    for (const auto& entry : found.at("entry")) deeds.insert(entry["resource"]["subtype"][0]["code"].get<std::string>());
    for (const char* deed : {"account-invite", "account-activate", "sign-in", "sign-out", "password-change", "consent", "consent-refused",
                             "token-code", "token-refresh", "token-revoke", "read", "create", "account-reset-code"})
        QVERIFY2(deeds.count(deed) == 1, deed);
    QCOMPARE(deeds.count("client-create") + deeds.count("token"), std::size_t(0));
    QCOMPARE(office(trail_, "GET", "AuditEvent?patient=nobody").json.at("total"), 0);
    // By who did it, and page by page.
    const auto byApp = office(trail_, "GET", "AuditEvent?subtype=token-refresh&_count=1").json;
    QCOMPARE(byApp.at("entry").size(), std::size_t(1));
    const auto bySystem = office(trail_, "GET", "AuditEvent?agent=" + system_ + "&subtype=vread").json;
    QCOMPARE(bySystem.at("total"), 1);
}

void OperatorsTrail::K08_nothingOfItIsElsewhere() {
    for (const auto* clinic : {&shortServer().b, &shortServer().own}) {
        const auto elsewhere = office(*clinic, "GET", "AuditEvent?_count=1000").everything();
        for (const auto& canary : {person_.account, person_.patient, app_.id, system_, std::string("k08")})
            QVERIFY2(elsewhere.find(canary) == elsewhere.npos, canary.c_str());
    }
}

/// There is one kind of operator, for all clinics; what they do is about the clinic of the address alone.
void OperatorsTrail::K04_idsOfAnotherClinicAreUnknown() {
    const auto& b = shortServer().b;
    const auto appOfB = registerApp(shortServer().process, b, true, scope);
    PortalVisitor visitor(b, "127.31.0.2");
    const auto personOfB = activated(b, "k04", visitor);
    const PatientPerson who{personOfB.patient, personOfB.account, visitor.cookies()};
    const auto tokens = tokensFor(b, who, appOfB, scope);
    const std::string grant = office(b, "GET", "Grant?account=" + personOfB.account).json["entry"][0]["resource"]["id"];
    const std::string session = office(b, "GET", "Session?account=" + personOfB.account).json["entry"][0]["resource"]["id"];
    const auto before = office(b, "GET", "Client/" + appOfB.id).body + office(b, "GET", "Account/" + personOfB.account).body +
                        office(b, "GET", "Grant/" + grant).body;
    const auto client = office(b, "GET", "Client/" + appOfB.id).json;
    for (const auto* other : {&shortServer().a, &shortServer().own}) {
        const auto unknown = [&](const char* method, const std::string& path, const Json& body = Json()) {
            const auto answer = office(*other, method, path, body);
            QVERIFY2(answer.status == 404, (std::string(method) + " " + path + ": " + std::to_string(answer.status)).c_str());
            QVERIFY(answer.body.find(personOfB.username) == std::string::npos);
        };
        unknown("GET", "Client/" + appOfB.id);
        unknown("PUT", "Client/" + appOfB.id, client);
        unknown("POST", "Client/" + appOfB.id + "/$rotate-secret");
        unknown("DELETE", "Client/" + appOfB.id);
        unknown("GET", "Account/" + personOfB.account);
        unknown("PUT", "Account/" + personOfB.account, {{"disabled", true}});
        unknown("DELETE", "Account/" + personOfB.account);
        for (const char* deed : {"/$invite", "/$unlock"}) unknown("POST", "Account/" + personOfB.account + deed);
        unknown("POST", "Account/" + personOfB.account + "/$reset-code", {{"identityChecked", true}});
        unknown("GET", "Grant/" + grant);
        unknown("DELETE", "Grant/" + grant);
        unknown("DELETE", "Session/" + session);
        unknown("GET", "fhir/Patient/" + personOfB.patient);
        for (const char* list : {"Client", "Account?realm=patient", "Grant", "Session"}) {
            const auto answer = office(*other, "GET", list);
            for (const auto& id : {appOfB.id, personOfB.account, grant, session}) QVERIFY2(answer.body.find(id) == answer.body.npos, list);
        }
    }
    QCOMPARE(office(b, "GET", "Client/" + appOfB.id).body + office(b, "GET", "Account/" + personOfB.account).body +
                 office(b, "GET", "Grant/" + grant).body,
             before);
    QVERIFY(visitor.isSignedIn());
    // No token of a clinic opens the operators' door, whatever it may do at home.
    const auto& operators = shortServer().process.operators();
    for (const std::string& token : {b.token, tokens.at("access_token").get<std::string>()})
        for (const char* path :
             {"/admin/api/Tenant", "/admin/api/Tenant/t-b", "/admin/api/Tenant/t-b/Client", "/admin/api/Tenant/t-b/AuditEvent"})
            QCOMPARE(http("GET", operators + path, bearer(token)).status, 401);
}

POLYCLINIC_TEST(OperatorsTrail)
#include "audit_test.moc"
