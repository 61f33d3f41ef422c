// What a token may not do leaves a trace too: every refusal for want of a scope is found in the audit log of its clinic,
// whichever road was tried, with who tried it and nothing of what was sent.

#include <QTest>

#include "base/encoding.h"
#include "patient_app.h"
#include "portal_people.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using Json = nlohmann::json;

class Refusals : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void eachLeavesOneEvent_data();
    void eachLeavesOneEvent();
    void ofABatchEachEntryLeavesItsOwn();
    void aTransactionLeavesThatOfItsFirst();
    void anothersRecordAndAConditionAreRefusalsToo();
    void whatIsAllowedLeavesNone();
    void writesThatFailLeaveOneToo();

  private:
    /// One of the doors of a clinic, with a token for Condition alone.
    struct Door {
        Clinic clinic;
        std::string base, token, agent, kind, patient;
    };
    static HttpAnswer ask(const Door& door, const std::string& method, const std::string& path, const std::string& body = {},
                          HttpHeaders more = {});
    static std::vector<std::string> eventsOf(const Door& door, const HttpAnswer& answer);
    static std::vector<Door> doors_;
};

std::vector<Refusals::Door> Refusals::doors_;

namespace {

const std::string secret = "CANARY-REFUSED";
const std::string observation = R"({"resourceType":"Observation","id":"o9","status":"final","code":{"text":")" + secret + R"("}})";

std::string bundleOf(const std::string& type, const std::string& entries) {
    return R"({"resourceType":"Bundle","type":")" + type + R"(","entry":[)" + entries + "]}";
}

std::string entryOf(const std::string& method, const std::string& url, const std::string& resource = {}) {
    return (resource.empty() ? "{" : R"({"resource":)" + resource + ",") + R"("request":{"method":")" + method + R"(","url":")" + url +
           R"("}})";
}

}  // namespace

void Refusals::initTestCase() {
    auto& server = shortServer();
    const auto system = addClient(server.process, server.a, "system/Condition.cruds");
    doors_.push_back({server.a, server.a.fhir, system.token, system.clientId, "system", ""});
    const std::string scope = "launch/patient patient/Condition.cruds";
    const auto app = registerApp(server.process, server.own, false, scope);
    const auto person = signedInPerson(server.process, server.own, "refused");
    const auto tokens = tokensFor(server.own, person, app, scope);
    doors_.push_back(
        {server.own, patientApi(server.own), tokens.at("access_token"), app.id + " for Patient/refused", "patient-app", "refused"});
}

HttpAnswer Refusals::ask(const Door& door, const std::string& method, const std::string& path, const std::string& body, HttpHeaders more) {
    auto headers = body.empty() ? bearer(door.token) : bearerJson(door.token);
    if (!more.empty() && more.front().first == "Content-Type") headers = bearer(door.token);
    headers.insert(headers.end(), more.begin(), more.end());
    return http(method, door.base + path, headers, body);
}

/// Of that request, the oldest first: "interaction action outcome count what".
std::vector<std::string> Refusals::eventsOf(const Door& door, const HttpAnswer& answer) {
    const auto found = office(door.clinic, "GET", "AuditEvent?_count=1000&agent=" + percentEncode(door.agent));
    if (found.status != 200 || found.body.find(secret) != std::string::npos) throw std::runtime_error(found.told());
    for (const auto* other : {&shortServer().a, &shortServer().b, &shortServer().own})
        if (other->id != door.clinic.id && office(*other, "GET", "AuditEvent?agent=" + percentEncode(door.agent)).json.at("total") != 0)
            throw std::runtime_error("another clinic has the event");
    std::vector<std::string> events;
    for (const auto& entry : found.json.value("entry", Json::array())) {
        const auto& event = entry.at("resource");
        const auto& entity = event.at("entity")[0];
        if (entity.at("detail")[0].at("valueString") != answer.header("x-request-id")) continue;
        const auto& agent = event.at("agent")[0];
        if (agent.at("type").at("text") != door.kind || agent.at("network").at("address") != "127.0.0.1")
            throw std::runtime_error(event.dump());
        std::string what("-");
        if (entity.contains("what"))
            what = entity["what"]["reference"];
        else if (entity.contains("type"))
            what = entity["type"]["code"];
        events.insert(events.begin(), event["subtype"][0]["code"].get<std::string>() + ' ' + event["action"].get<std::string>() + ' ' +
                                          event["outcome"].get<std::string>() + ' ' +
                                          entity["detail"][1]["valueString"].get<std::string>() + ' ' + what);
    }
    return events;
}

void Refusals::eachLeavesOneEvent_data() {
    QTest::addColumn<int>("door");
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("event");
    for (int door = 0; door < 2; ++door) {
        const auto row = [door](const char* method, const QString& path, const char* event, const std::string& body = {}) {
            QTest::addRow("%s %s %s", door == 0 ? "system" : "app", method, qPrintable(path))
                << door << method << path << QString::fromStdString(body) << event;
        };
        const auto value = QString::fromStdString(secret);
        row("GET", "/Observation/o9", "read R 4 0 Observation/o9");
        row("HEAD", "/Observation/o9", "read R 4 0 Observation/o9");
        row("GET", "/Observation/o9/_history/3", "vread R 4 0 Observation/o9");
        row("GET", "/Observation/o9/_history", "history-instance R 4 0 Observation/o9");
        row("GET", "/Observation?code=" + value, "search-type E 4 0 Observation");
        row("POST", "/Observation/_search", "search-type E 4 0 Observation", "code=" + secret);
        row("POST", "/Observation", "create C 4 0 Observation", observation);
        row("PUT", "/Observation/o9", "update U 4 0 Observation/o9", observation);
        row("DELETE", "/Observation/o9", "delete D 4 0 Observation/o9");
        row("GET", "/Binary/x", "read R 4 0 Binary/x");
    }
}

void Refusals::eachLeavesOneEvent() {
    QFETCH(int, door);
    QFETCH(QString, method);
    QFETCH(QString, path);
    QFETCH(QString, body);
    QFETCH(QString, event);
    HttpHeaders more;
    if (path.endsWith("_search")) more.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    const auto answer = ask(doors_[std::size_t(door)], method.toStdString(), path.toStdString(), body.toStdString(), more);
    QCOMPARE(answer.status, 403);
    QCOMPARE(eventsOf(doors_[std::size_t(door)], answer), std::vector<std::string>{event.toStdString()});
}

void Refusals::ofABatchEachEntryLeavesItsOwn() {
    for (const auto& door : doors_) {
        const auto answer =
            ask(door, "POST", "",
                bundleOf("batch", entryOf("GET", "Observation/o9") + "," + entryOf("GET", "Condition/none") + "," +
                                      entryOf("GET", "Observation?code=" + secret) + "," + entryOf("PUT", "Observation/o9", observation) +
                                      "," + entryOf("POST", "Observation", observation) + "," + entryOf("DELETE", "Observation/o8") + "," +
                                      entryOf("GET", "Observation/o9/_history/1")));
        QCOMPARE(answer.status, 200);
        std::string said;
        for (const auto& entry : answer.json.at("entry")) said += entry["response"]["status"].get<std::string>() + ' ';
        QCOMPARE(said, std::string("403 404 403 403 403 403 403 "));
        QCOMPARE(eventsOf(door, answer),
                 (std::vector<std::string>{"read R 4 0 Observation/o9", "read R 4 0 Condition/none", "search-type E 4 0 Observation",
                                           "transaction U 4 0 Observation/o9", "transaction C 4 0 Observation",
                                           "transaction D 4 0 Observation/o8", "vread R 4 0 Observation/o9"}));
    }
}

void Refusals::aTransactionLeavesThatOfItsFirst() {
    for (const auto& door : doors_) {
        const auto answer = ask(door, "POST", "",
                                bundleOf("transaction", entryOf("GET", "Condition/none") + "," + entryOf("DELETE", "Observation/o8") + "," +
                                                            entryOf("PUT", "Observation/o9", observation)));
        QCOMPARE(answer.status, 403);
        QCOMPARE(eventsOf(door, answer), std::vector<std::string>{"transaction D 4 0 Observation/o8"});
    }
}

void Refusals::anothersRecordAndAConditionAreRefusalsToo() {
    const auto& app = doors_[1];
    const std::string anothers =
        R"({"resourceType":"Condition","id":"c9","subject":{"reference":"Patient/another"},"code":{"text":")" + secret + R"("}})";
    auto answer = ask(app, "POST", "/Condition", anothers);
    QCOMPARE(answer.status, 403);
    QCOMPARE(eventsOf(app, answer), std::vector<std::string>{"create C 4 0 Condition"});
    answer = ask(app, "PUT", "/Condition/c9", anothers);
    QCOMPARE(answer.status, 403);
    QCOMPARE(eventsOf(app, answer), std::vector<std::string>{"update U 4 0 Condition/c9"});
    // A condition is a search, which this client may not do.
    const auto client = addClient(shortServer().process, shortServer().b, "system/Condition.c");
    const Door creates{shortServer().b, client.fhir, client.token, client.clientId, "system", ""};
    answer = ask(creates, "POST", "/Condition", anothers, {{"If-None-Exist", "code=" + secret}});
    QCOMPARE(answer.status, 403);
    QCOMPARE(eventsOf(creates, answer), std::vector<std::string>{"search-type E 4 0 Condition"});
}

void Refusals::whatIsAllowedLeavesNone() {
    for (const auto& door : doors_) {
        const auto answer = ask(door, "GET", "/Condition/none");
        QCOMPARE(answer.status, 404);
        QCOMPARE(eventsOf(door, answer), std::vector<std::string>{"read R 4 0 Condition/none"});
        const auto searched = ask(door, "GET", "/Condition?_id=none");
        QCOMPARE(searched.status, 200);
        QCOMPARE(eventsOf(door, searched), std::vector<std::string>{"search-type E 0 0 Condition"});
    }
}

/// Not for want of a scope but by what was sent or by what is there: tried all the same.
void Refusals::writesThatFailLeaveOneToo() {
    for (const auto& door : doors_) {
        const std::string bad =
            R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/refused"},"nonsense":")" + secret + "\"}";
        const std::string good =
            R"({"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/refused"},"code":{"text":")" + secret + "\"}}";
        const auto expect = [&](const HttpAnswer& answer, int status, const std::vector<std::string>& events) {
            QVERIFY2(answer.status == status, answer.told().c_str());
            const auto found = eventsOf(door, answer);
            std::string told;
            for (const auto& event : found) told += event + "; ";
            QVERIFY2(found == events, told.c_str());
        };
        expect(ask(door, "POST", "/Condition", bad), 422, {"create C 4 0 Condition"});
        expect(ask(door, "PUT", "/Condition/c1", bad), 422, {"update U 4 0 Condition/c1"});
        expect(ask(door, "PUT", "/Condition/c2", good), 400, {"update U 4 0 Condition/c2"});
        expect(ask(door, "PUT", "/Condition/c1", "{"), 400, {"update U 4 0 Condition/c1"});
        expect(ask(door, "PUT", "/Condition/c1", good, {{"If-Match", "W/\"7\""}}), 412, {"update U 4 0 Condition/c1"});
        expect(ask(door, "DELETE", "/Condition/c1", "", {{"If-Match", "W/\"7\""}}), 412, {"delete D 4 0 Condition/c1"});
        expect(ask(door, "POST", "", bundleOf("transaction", entryOf("PUT", "Condition/c1", bad))), 422, {"transaction E 4 0 -"});
        expect(ask(door, "POST", "", "{"), 400, {"transaction E 4 0 -"});
        const auto batch = ask(door, "POST", "",
                               bundleOf("batch", entryOf("PUT", "Condition/c1", bad) + "," + entryOf("POST", "Condition", bad) + "," +
                                                     entryOf("DELETE", "Nonsense/c1") + "," + entryOf("PUT", "Condition/c%2F1", good)));
        QCOMPARE(batch.status, 200);
        for (const auto& entry : batch.json.at("entry"))
            QVERIFY2(entry["response"]["status"].get<std::string>().starts_with("4"), batch.told().c_str());
        const auto events = eventsOf(door, batch);
        QCOMPARE(events.size(), std::size_t(4));
        QCOMPARE(events[0], std::string("transaction U 4 0 Condition/c1"));
        QCOMPARE(events[1], std::string("transaction C 4 0 Condition"));
        QVERIFY(http("GET", door.clinic.fhir + "/Condition/c1", bearer(door.clinic.token)).status == 404);
    }
}

POLYCLINIC_TEST(Refusals)
#include "refusals_test.moc"
