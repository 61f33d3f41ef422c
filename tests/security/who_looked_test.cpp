// Who looked at whom is answered from the log, whatever road the look took: asked for one patient it names every reader of
// her records, nobody who only said to be her app, and nothing that was another's.

#include <QTest>
#include <set>

#include "base/encoding.h"
#include "patient_records.h"
#include "portal_people.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using nlohmann::json;

class WhoLooked : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void everyRoadNamesThePatient_data();
    void everyRoadNamesThePatient();
    void onePageIsOneEvent();
    void recordsOfEarlierVersionsAreNamedToo();
    void aMovedRecordNamesBoth();
    void aRemovalOfNothingIsNoSuccess();
    void operatorsLooksAreNoted_data();
    void operatorsLooksAreNoted();
    void whoOnlySaysSoIsNobody();
    void whoIsProvenStandsInColumns();
    void sealsAreVerified_data();
    void sealsAreVerified();
    void theOperatorsLogIsVerified();

  private:
    std::string app_;
};

namespace {

const std::string system_ = "http://x.org/looked";

std::string observation(const std::string& id, const std::string& patient) {
    auto body = json::parse(PatientRecords::observation(id, patient, "looked"));
    if (!id.empty()) body["identifier"] = {{{"system", system_}, {"value", id}}};
    return body.dump();
}

/// Events of that request, of that patient: "interaction action outcome count". Newest first.
std::vector<std::string> eventsOf(const HttpAnswer& answer, const std::string& patient, const Clinic& clinic = shortServer().a) {
    const auto found = office(clinic, "GET", "AuditEvent?_count=1000&patient=" + patient);
    if (found.status != 200) throw std::runtime_error(found.told());
    std::vector<std::string> events;
    for (const auto& entry : found.json.at("entry")) {
        const auto& event = entry.at("resource");
        const auto& entity = event.at("entity")[0];
        if (entity.at("detail")[0].at("valueString") != answer.header("x-request-id")) continue;
        events.push_back(event["subtype"][0]["code"].get<std::string>() + ' ' + event["action"].get<std::string>() + ' ' +
                         event["outcome"].get<std::string>() + ' ' + entity["detail"][1]["valueString"].get<std::string>());
    }
    return events;
}

HttpAnswer asClinic(const std::string& method, const std::string& path, const std::string& body = {}, const HttpHeaders& more = {}) {
    const auto& clinic = shortServer().a;
    auto headers = body.empty() ? bearer(clinic.token) : bearerJson(clinic.token);
    headers.insert(headers.end(), more.begin(), more.end());
    return http(method, clinic.fhir + (path.empty() ? "" : "/" + path), headers, body);
}

std::string transaction(const std::string& resource, const std::string& url, const std::string& more = {}) {
    return R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" + resource + R"(,"request":{"method":"POST","url":")" +
           url + "\"" + more + "}}]}";
}

}  // namespace

void WhoLooked::initTestCase() {
    for (const auto& [id, patient] : {std::pair<std::string, std::string>{"looked-1", "a2"}, {"looked-2", "a2"}, {"looked-3", "a1"}})
        QCOMPARE(patientRecords().asClinic("PUT", "Observation/" + id, observation(id, patient)).status, 201);
    app_ = patientRecords().token("patient/*.cruds", "a1");
}

void WhoLooked::everyRoadNamesThePatient_data() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("header");
    QTest::addColumn<int>("status");
    QTest::addColumn<QStringList>("events");
    const auto row = [](const char* method, const std::string& path, int status, const QStringList& events, const std::string& body = {},
                        const char* header = "") {
        QTest::addRow("%s %s %s", method, path.c_str(), header)
            << method << QString::fromStdString(path) << QString::fromStdString(body) << header << status << events;
    };
    row("GET", "Patient/a2", 200, {"read R 0 1"});
    row("GET", "Observation/looked-1", 200, {"read R 0 1"});
    row("HEAD", "Observation/looked-1", 200, {"read R 0 1"});
    row("GET", "Observation/looked-1/_history/1", 200, {"vread R 0 1"});
    row("GET", "Observation/looked-1/_history", 200, {"history-instance R 0 1"});
    row("GET", "Patient?_id=a2", 200, {"search-type E 0 1"});
    row("GET", "Patient?birthdate=1980-02-02", 200, {"search-type E 0 1"});
    row("GET", "Observation?code=looked", 200, {"search-type E 0 3"});
    row("GET", "Observation?_id=looked-2", 200, {"search-type E 0 1"});
    row("GET", "Patient?_id=a2&_summary=count", 200, {});  // a number shows nobody
    const std::string both =
        R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Observation/looked-1"}},{"request":{"method":"GET","url":"Patient?_id=a2"}}]})";
    row("POST", "", 200, {"search-type E 0 1", "read R 0 1"}, both);
    // Conditions are looks, whatever comes of them.
    const auto another = observation("", "a2");
    row("POST", "Observation", 200, {"search-type E 0 1"}, another, "If-None-Exist: identifier=http://x.org/looked|looked-1");
    row("POST", "Observation", 412, {"search-type E 0 2"}, another, "If-None-Exist: code=looked&subject=Patient/a2");
    row("POST", "Patient", 200, {"search-type E 0 1"}, R"({"resourceType":"Patient"})", "If-None-Exist: _id=a2");
    const auto linked = [](const std::string& criteria) {
        return transaction(
            R"({"resourceType":"Basic","code":{"text":"x"},"extension":[{"url":"http://x.org/e","valueReference":{"reference":"Observation?)" +
                criteria + R"("}}]})",
            "Basic");
    };
    row("POST", "", 200, {"search-type E 0 1"}, linked("identifier=http://x.org/looked|looked-1"));
    row("POST", "", 412, {"search-type E 0 2"}, linked("code=looked&subject=Patient/a2"));
    row("POST", "", 200, {"search-type E 0 1"},
        transaction(another, "Observation", R"(,"ifNoneExist":"identifier=http://x.org/looked|looked-2")"));
    // Writes, and those that were refused.
    row("PUT", "Observation/looked-1", 412, {"update U 4 0"}, observation("looked-1", "a2"), "If-Match: W/\"77\"");
    row("PUT", "Patient/a2", 412, {"update U 4 0"}, R"({"resourceType":"Patient","id":"a2"})", "If-Match: W/\"77\"");
    row("DELETE", "Patient/a2", 412, {"delete D 4 0"}, "", "If-Match: W/\"77\"");
    row("POST", "Observation", 201, {"create C 0 1"}, observation("", "a2"));
}

void WhoLooked::everyRoadNamesThePatient() {
    QFETCH(QString, method);
    QFETCH(QString, path);
    QFETCH(QString, body);
    QFETCH(QString, header);
    QFETCH(int, status);
    QFETCH(QStringList, events);
    HttpHeaders more;
    if (const auto text = header.toStdString(); !text.empty())
        more.emplace_back(text.substr(0, text.find(':')), text.substr(text.find(' ') + 1));
    const auto answer = asClinic(method.toStdString(), path.toStdString(), body.toStdString(), more);
    QVERIFY2(answer.status == status, (std::to_string(answer.status) + answer.told()).c_str());
    std::vector<std::string> expected;
    for (const auto& event : events) expected.push_back(event.toStdString());
    QCOMPARE(eventsOf(answer, "a2"), expected);
    QVERIFY(eventsOf(answer, "nobody").empty());
}

void WhoLooked::onePageIsOneEvent() {
    const auto page = asClinic("GET", "Patient?_id=a1,a2");
    QCOMPARE(page.json.at("total").get<int>(), 2);
    for (const char* patient : {"a1", "a2"}) QCOMPARE(eventsOf(page, patient), std::vector<std::string>{"search-type E 0 2"});
    // It names both, and an app's look at its own patient names that one.
    const auto found = office(shortServer().a, "GET", "AuditEvent?_count=1&subtype=search-type&patient=a2").json;
    std::set<std::string> named;
    for (const auto& entity : found["entry"][0]["resource"]["entity"])
        if (entity.contains("role")) named.insert(entity["what"]["reference"].get<std::string>());
    QCOMPARE(named, (std::set<std::string>{"Patient/a1", "Patient/a2"}));
    const auto own = askPatientApi(app_, "GET", "Observation?code=looked");
    QCOMPARE(eventsOf(own, "a1"), std::vector<std::string>{"search-type E 0 1"});
    QVERIFY(eventsOf(own, "a2").empty());
    // What an app tried with another's record is told to whom it was about.
    const auto tried = askPatientApi(app_, "GET", "Patient/a2");
    QCOMPARE(tried.status, 404);
    QCOMPARE(eventsOf(tried, "a2"), std::vector<std::string>{"read R 4 0"});
    const auto put = askPatientApi(app_, "PUT", "Observation/looked-1", observation("looked-1", "a1"));
    QCOMPARE(put.status, 404);
    for (const char* patient : {"a1", "a2"}) QCOMPARE(eventsOf(put, patient), std::vector<std::string>{"update U 4 0"});
}

void WhoLooked::recordsOfEarlierVersionsAreNamedToo() {
    QCOMPARE(patientRecords().asClinic("PUT", "Observation/looked-old", observation("looked-old", "a2")).status, 201);
    patientRecords().database().asSuperuser("UPDATE resource SET patient = NULL WHERE id = 'looked-old'");
    const auto answer = asClinic("GET", "Observation/looked-old");
    QCOMPARE(answer.status, 200);
    QCOMPARE(eventsOf(answer, "a2"), std::vector<std::string>{"read R 0 1"});
    QVERIFY(eventsOf(answer, "a1").empty());
}

void WhoLooked::aMovedRecordNamesBoth() {
    QCOMPARE(patientRecords().asClinic("PUT", "Observation/looked-moved", observation("looked-moved", "a1")).status, 201);
    const auto moved = patientRecords().asClinic("PUT", "Observation/looked-moved", observation("looked-moved", "a2"));
    for (const char* patient : {"a1", "a2"}) QCOMPARE(eventsOf(moved, patient), std::vector<std::string>{"update U 0 1"});
    const auto read = asClinic("GET", "Observation/looked-moved");
    QVERIFY(eventsOf(read, "a1").empty());
    QCOMPARE(eventsOf(read, "a2"), std::vector<std::string>{"read R 0 1"});
    const auto removed = patientRecords().asClinic("DELETE", "Observation/looked-moved");
    QCOMPARE(eventsOf(removed, "a2"), std::vector<std::string>{"delete D 0 1"});
}

void WhoLooked::aRemovalOfNothingIsNoSuccess() {
    const auto nothing = asClinic("DELETE", "Patient/looked-never");
    QCOMPARE(nothing.status, 204);
    const auto found = office(shortServer().a, "GET", "AuditEvent?_count=1&subtype=delete").json["entry"][0]["resource"];
    QVERIFY(found["outcome"] == "4" && found["action"] == "D" && found["entity"][0]["what"]["reference"] == "Patient/looked-never");
    QVERIFY(found["entity"][0]["detail"][1]["valueString"] == "0");
}

void WhoLooked::operatorsLooksAreNoted_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("event");
    const auto row = [](const char* path, const char* event) { QTest::newRow(path) << path << event; };
    row("Account", "account-search R 0 1");
    row("Account?fhirUser=Patient/e-looked", "account-search R 0 1");
    row("Account/ACCOUNT", "account-read R 0 1");
    row("Session", "session-search R 0 1");
    row("Grant", "grant-search R 0 1");
    row("AuditEvent?patient=e-looked", "");
    row("fhir/Patient?_id=e-looked", "search-type E 0 1");
    row("fhir/Patient/e-looked", "read R 0 1");
}

void WhoLooked::operatorsLooksAreNoted() {
    QFETCH(QString, path);
    QFETCH(QString, event);
    static const Clinic clinic = makeClinic(shortServer().process, "t-looked", false);
    static PortalVisitor visitor(clinic, "127.43.0.1");
    static const Person person = activated(clinic, "looked", visitor);
    static const auto app = registerApp(shortServer().process, clinic, false, "launch/patient patient/Patient.rs");
    static const auto tokens =
        tokensFor(clinic, {person.patient, person.account, visitor.cookies()}, app, "launch/patient patient/Patient.rs");
    const auto answer =
        office(clinic, "GET",
               path.toStdString().replace(path.indexOf("ACCOUNT") < 0 ? path.size() : path.indexOf("ACCOUNT"),
                                          path.indexOf("ACCOUNT") < 0 ? 0 : 7, path.indexOf("ACCOUNT") < 0 ? "" : person.account));
    QVERIFY2(answer.status == 200, answer.told().c_str());
    const auto events = eventsOf(answer, person.patient, clinic);
    if (event.isEmpty()) {  // the look at the log is in the log
        QCOMPARE(events.size(), std::size_t(1));
        QVERIFY(QString::fromStdString(events.front()).startsWith("audit-search R 0 "));
    } else {
        QCOMPARE(events, std::vector<std::string>{event.toStdString()});
    }
    // Her own page tells what the clinic did, not how often it looked at a list.
    QVERIFY(visitor.get("activity").status == 200);
}

/// A name in a request is no proof: the log of a patient stays hers.
void WhoLooked::whoOnlySaysSoIsNobody() {
    const auto& clinic = shortServer().a;
    const auto app = registerApp(shortServer().process, clinic, false, "launch/patient patient/Patient.rs");
    const auto before = office(clinic, "GET", "AuditEvent?_count=1000&patient=a2").json.at("total").get<int>();
    for (const std::string& name : {app.id + " for Patient/a2", app.id, std::string("x for Patient/a2")})
        for (const char* type : {"refresh_token", "authorization_code"}) {
            const auto answer =
                http("POST", clinic.tokenUrl.substr(0, clinic.tokenUrl.find("/system/")) + "/patient/auth/token",
                     {{"Content-Type", "application/x-www-form-urlencoded"}},
                     form({{"grant_type", type}, {"client_id", name}, {"refresh_token", "prt_nothing"}, {"code", "nothing"}}));
            QVERIFY(answer.status >= 400);
            QVERIFY(eventsOf(answer, "a2").empty());
        }
    // Looking at her log is the only thing that was added to it.
    const auto after = office(clinic, "GET", "AuditEvent?_count=1000&patient=a2").json;
    for (int i = 0; i < after.at("total").get<int>() - before; ++i)
        QVERIFY(after["entry"][std::size_t(i)]["resource"]["subtype"][0]["code"] == "audit-search");
    QVERIFY(office(clinic, "GET", "AuditEvent?agent=" + percentEncode(app.id + " for Patient/a2")).json.at("total") == 0);
}

void WhoLooked::whoIsProvenStandsInColumns() {
    const auto answer = askPatientApi(app_, "GET", "Observation/looked-3");
    QCOMPARE(answer.status, 200);
    const auto& database = patientRecords().database();
    const auto rows = database.asTenant(
        database.numberOf("t-a"),
        "SELECT concat_ws('|', agent_kind, agent = client || ' for Patient/a1', account IS NOT NULL, patient, behalf, about) "
        "FROM audit_event WHERE request = '" +
            answer.header("x-request-id") + "'");
    QCOMPARE(rows, std::vector<std::string>{"patient-app|t|t|a1|Patient/a1|a1"});
    const auto read = asClinic("GET", "Observation/looked-3");
    QCOMPARE(database.asTenant(database.numberOf("t-a"), "SELECT concat_ws('|', agent_kind, client = '" + shortServer().a.clientId +
                                                             "', account, patient, about) FROM audit_event WHERE request = '" +
                                                             read.header("x-request-id") + "'"),
             std::vector<std::string>{"system|t|a1"});
}

void WhoLooked::sealsAreVerified_data() {
    QTest::addColumn<bool>("own");
    QTest::newRow("shared") << false;
    QTest::newRow("own database") << true;
}

void WhoLooked::sealsAreVerified() {
    QFETCH(bool, own);
    const auto clinic = makeClinic(shortServer().process, own ? "t-sealed-own" : "t-sealed", own);
    QCOMPARE(http("PUT", clinic.fhir + "/Patient/s1", bearerJson(clinic.token), R"({"resourceType":"Patient","id":"s1"})").status, 201);
    QCOMPARE(http("GET", clinic.fhir + "/Patient/s1", bearer(clinic.token)).status, 200);
    auto cachedToken = office(clinic, "POST", "AuditEvent/$verify");
    QVERIFY2(cachedToken.status == 200, cachedToken.told().c_str());
    const int sealed = cachedToken.json.at("sealed");
    QVERIFY(sealed >= 3);
    QVERIFY(cachedToken.json == json({{"sealed", sealed}, {"verified", sealed}, {"broken", json::array()}}));
    QVERIFY(office(clinic, "POST", "AuditEvent/$verify").json.at("sealed").get<int>() >= sealed);
    if (own) return;
    const auto& database = patientRecords().database();
    const auto number = std::to_string(database.numberOf(clinic.id));
    database.asSuperuser("UPDATE audit_event SET agent = 'nobody' WHERE tenant_id = " + number + " AND interaction = 'read'");
    cachedToken = office(clinic, "POST", "AuditEvent/$verify");
    QCOMPARE(cachedToken.json.at("broken").size(), std::size_t(1));
    QVERIFY(cachedToken.json.at("verified").get<int>() < cachedToken.json.at("sealed").get<int>());
    // Everything taken away leaves an empty log that fits; the file beside the database remembers more.
    database.asSuperuser("DELETE FROM audit_event WHERE tenant_id = " + number + "; DELETE FROM audit_seal WHERE tenant_id = " + number +
                         ";");
    cachedToken = office(clinic, "POST", "AuditEvent/$verify");
    QVERIFY2(!cachedToken.json.at("broken").empty(), cachedToken.body.c_str());
    for (const auto* other : {&shortServer().a, &shortServer().b})
        QVERIFY(office(*other, "POST", "AuditEvent/$verify").json.at("broken").empty());
}

void WhoLooked::theOperatorsLogIsVerified() {
    auto& server = shortServer().process;
    auto cachedToken = operate(server, "POST", "/admin/api/AuditEvent/$verify");
    QVERIFY2(cachedToken.status == 200, cachedToken.told().c_str());
    QVERIFY(cachedToken.json.at("broken").empty() && cachedToken.json.at("sealed") == cachedToken.json.at("verified") &&
            cachedToken.json.at("sealed").get<int>() > 0);
    QCOMPARE(http("POST", server.operators() + "/admin/api/AuditEvent/$verify", bearer(shortServer().a.token)).status, 401);
    const auto& database = patientRecords().database();
    database.asSuperuser("UPDATE operator_event SET operator = operator || 'x' WHERE number = (SELECT min(number) FROM operator_event)");
    cachedToken = operate(server, "POST", "/admin/api/AuditEvent/$verify");
    QVERIFY(cachedToken.json.at("broken") == json::array({{{"seal", 1}}}));
    database.asSuperuser("UPDATE operator_event SET operator = left(operator, -1) WHERE number = (SELECT min(number) FROM operator_event)");
    QVERIFY(operate(server, "POST", "/admin/api/AuditEvent/$verify").json.at("broken").empty());
}

POLYCLINIC_TEST(WhoLooked)
#include "who_looked_test.moc"
