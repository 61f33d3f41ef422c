// Every address there is, out of the route tables, asked by every kind of caller with ids of the other clinic and of the
// other patient: nothing of theirs comes back, and nothing of theirs is changed. A route that is added is asked too.

#include <QTest>
#include <set>

#include "api/route.h"
#include "fhir/definitions/definitions.h"
#include "patient_records.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class EveryRoute : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void keepsOthersOut_data();
    void keepsOthersOut();
    void theOracleSeesWhatIsToldToTheRightOne();
    void deniedTypesAreRefusedByEveryRoad();
    void theTablesNameTheirCallers();

  private:
    std::string state() const;
    std::string session_, own_, before_;
};

namespace {

struct Asked {
    http::Method method;
    std::string path;
};

std::string nameOf(http::Method method) {
    switch (method) {
        case http::Method::get:
            return "GET";
        case http::Method::post:
            return "POST";
        case http::Method::put:
            return "PUT";
        case http::Method::del:
            return "DELETE";
        default:
            return "PATCH";
    }
}

/// The pattern with every parameter replaced, once for each of the wanted values.
std::vector<std::string> filled(const std::string& pattern, const std::string& tenant, const std::vector<std::string>& ids) {
    std::vector<std::string> paths{""};
    std::size_t at = 0;
    while (at < pattern.size()) {
        const auto end = std::min(pattern.find('/', at + 1), pattern.size());
        const auto segment = pattern.substr(at + 1, end - at - 1);
        std::vector<std::string> values{segment};
        if (segment == ":tenant")
            values = {tenant};
        else if (segment == ":type")
            values = {"Patient", "Observation", "Group"};
        else if (segment == ":version")
            values = {"1"};
        else if (segment.starts_with(":"))
            values = ids;
        std::vector<std::string> longer;
        for (const auto& path : paths)
            for (const auto& value : values) longer.push_back(path + "/" + value);
        paths = std::move(longer);
        at = end;
    }
    return paths;
}

std::string bodyFor(const std::string& path, const std::vector<std::string>& ids) {
    if (path.ends_with("-api")) {
        auto entries = nlohmann::json::array();
        for (const auto& id : ids)
            for (const auto* type : {"Patient/", "Observation/"})
                for (const auto* rest : {"", "/_history", "/_history/1"})
                    entries.push_back({{"request", {{"method", "GET"}, {"url", type + id + rest}}}});
        for (const auto* search : {"Patient", "Observation", "Observation?subject=Patient/a2", "Observation?subject=Patient/b1", "Group"})
            entries.push_back({{"request", {{"method", "GET"}, {"url", search}}}});
        return nlohmann::json{{"resourceType", "Bundle"}, {"type", "batch"}, {"entry", entries}}.dump();
    }
    return R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" + ids.front() +
           R"("}})";
}

bool takesForm(const std::string& path) {
    return path.find("_search") != path.npos || path.find("/auth/") != path.npos || path.find("/portal/") != path.npos;
}

}  // namespace

/// All that may not change, as the database has it.
std::string EveryRoute::state() const {
    std::string text;
    for (const auto& line : patientRecords().database().asSuperuser(
             "SELECT tenant_id, type, id, version, deleted FROM resource WHERE id LIKE 'a2%' OR id LIKE 'b1%' ORDER BY 1, 2, 3"))
        text += line + "\n";
    return text;
}

void EveryRoute::initTestCase() {
    own_ = patientRecords().token("patient/*.cruds");
    const auto& database = patientRecords().database();
    const auto n = std::to_string(database.numberOf("t-a"));
    const std::string cookie = "canary-cookie-0123456789-0123456789-0123456";
    database.asSuperuser(
        "INSERT INTO session (tenant_id, realm, hash, id, account, device, address, started, last_seen, expires) "
        "SELECT " +
        n + ", 'patient', sha256('" + cookie +
        "'), 'canary', id, 'Test', '127.0.0.1', now(), now(), now() + interval '8 hours' "
        "FROM account WHERE tenant_id = " +
        n + " AND realm = 'patient' AND fhir_user = 'Patient/a1'");
    session_ = "pc-patient-t-a=" + cookie;
    before_ = state();
    QVERIFY(before_.find("a2-o1") != std::string::npos);
    QVERIFY(before_.find("b1-o1") != std::string::npos);
}

void EveryRoute::keepsOthersOut_data() {
    QTest::addColumn<QString>("caller");
    for (const char* caller : {"nobody", "the app of a1", "the system of t-a", "an operator", "the browser of a1", "a broken token"})
        QTest::newRow(caller) << caller;
}

void EveryRoute::keepsOthersOut() {
    QFETCH(QString, caller);
    auto& server = shortServer();
    HttpHeaders who;
    std::vector<std::string> foreign{canaryOfPatient("a2"), canaryOfPatient("b1")}, ids{"b1", "b1-o1", "a2", "a2-o1"};
    if (caller == "nobody") foreign.push_back(canaryOfPatient("a1"));
    if (caller == "the app of a1") who = bearer(own_);
    if (caller == "the system of t-a") {  // a2 is its own
        who = bearer(server.a.token);
        foreign = {canaryOfPatient("b1")};
        ids = {"b1", "b1-o1"};
    }
    if (caller == "an operator") who = bearer(server.process.localToken());
    if (caller == "the browser of a1") who = {{"Cookie", session_}};
    if (caller == "a broken token") {
        who = bearer(own_.substr(0, own_.size() - 1) + (own_.back() == 'a' ? "b" : "a"));
        foreign.push_back(canaryOfPatient("a1"));
    }

    std::size_t asked = 0, answered = 0;
    const auto ask = [&](const std::string& base, http::Method method, const std::string& path) {
        auto headers = who;
        std::string body;
        if (method == http::Method::post || method == http::Method::put) {
            const bool isForm = takesForm(path);
            body = isForm ? "subject=Patient/" + ids.front() + "&token=" + own_ : bodyFor(path, ids);
            headers.emplace_back("Content-Type", isForm ? "application/x-www-form-urlencoded" : "application/fhir+json");
        }
        const auto answer = test::http(nameOf(method), base + path, headers, body);
        ++asked;
        answered += answer.status < 300;
        const auto text = answer.everything();
        for (const auto& canary : foreign)
            QVERIFY2(text.find(canary) == text.npos, (nameOf(method) + " " + path + " told " + canary).c_str());
        QVERIFY2(answer.status < 500, (nameOf(method) + " " + path + " " + std::to_string(answer.status)).c_str());
    };
    for (const auto& row : api::routesOfClinics())
        for (const auto* tenant : {"t-a", "t-b"})
            for (const auto& path : filled(row.pattern, tenant, ids)) {
                ask(server.process.base(), row.method, path);
                if (QTest::currentTestFailed()) return;
            }
    // Operators may look into every clinic, and change it: nobody else may do either.
    if (caller != "an operator")
        for (const auto& row : api::routesOfOperators()) {
            if (row.pattern.ends_with("/setup") || row.pattern.ends_with("/sign-in")) continue;  // would count as tries
            for (const auto* tenant : {"t-a", "t-b"})
                for (const auto& path : filled(row.pattern, tenant, ids)) {
                    ask(server.process.operators(), row.method, path);
                    if (QTest::currentTestFailed()) return;
                }
        }
    qInfo("%zu requests, %zu of them answered with a success", asked, answered);
    QVERIFY(asked > 200);
    QCOMPARE(QString::fromStdString(state()), QString::fromStdString(before_));
}

/// The same sweep as a2's own app: the canary that nobody else may see is in many answers.
void EveryRoute::theOracleSeesWhatIsToldToTheRightOne() {
    const auto token = patientRecords().token("patient/*.rs", "a2");
    std::size_t told = 0;
    for (const auto& row : api::routesOfClinics()) {
        if (row.method != http::Method::get && !row.pattern.ends_with("-api")) continue;
        for (const auto& path : filled(row.pattern, "t-a", {"a2", "a2-o1"})) {
            const bool posts = row.method == http::Method::post;
            const auto answer = test::http(nameOf(row.method), shortServer().process.base() + path,
                                           posts ? bearerJson(token) : bearer(token), posts ? bodyFor(path, {"a2", "a2-o1"}) : "");
            told += answer.everything().find(canaryOfPatient("a2")) != std::string::npos;
            QVERIFY(answer.everything().find(canaryOfPatient("a1")) == std::string::npos);
        }
    }
    QCOMPARE(told, std::size_t(9));  // read, vread and history of two records, two searches, one batch
}

/// A token that may do everything but with one type, for each of the 146 types: that type is refused on every road.
void EveryRoute::deniedTypesAreRefusedByEveryRoad() {
    const auto types = fhir::Definitions::r4().resourceTypes();
    QCOMPARE(int(types.size()), 146);
    // Two tokens: each may do everything with one half of the types and nothing with the other.
    std::string scopes[2];
    for (std::size_t i = 0; i < types.size(); ++i) scopes[i % 2] += "patient/" + std::string(types[i]) + ".cruds ";
    const std::string tokens[2] = {patientRecords().token(scopes[0], "a1", "launch/patient"),
                                   patientRecords().token(scopes[1], "a1", "launch/patient")};
    const HttpHeaders asForm{{"Content-Type", "application/x-www-form-urlencoded"}};
    for (std::size_t i = 0; i < types.size(); ++i) {
        const std::string type(types[i]), &token = tokens[(i + 1) % 2];
        const std::string body = "{\"resourceType\":\"" + type + "\"}", withId = "{\"resourceType\":\"" + type + "\",\"id\":\"x\"}";
        const auto refused = [&](const HttpAnswer& answer, const char* road) {
            QVERIFY2(answer.status == 403, (type + " by " + road + ": " + std::to_string(answer.status)).c_str());
            QVERIFY(answer.body.find("CANARY") == std::string::npos);
        };
        refused(askPatientApi(token, "GET", type + "/a1"), "read");
        refused(askPatientApi(token, "GET", type + "/a1/_history/1"), "vread");
        refused(askPatientApi(token, "GET", type + "/a1/_history"), "history");
        refused(askPatientApi(token, "GET", type), "search");
        refused(askPatientApi(token, "POST", type + "/_search", "_count=1", asForm), "search by POST");
        refused(askPatientApi(token, "POST", type, body), "create");
        refused(askPatientApi(token, "POST", type, body, {{"If-None-Exist", "_id=x"}}), "conditional create");
        refused(askPatientApi(token, "PUT", type + "/x", withId), "update");
        refused(askPatientApi(token, "DELETE", type + "/x"), "delete");
        for (const char* url : {"/a1", "/a1/_history", "/a1/_history/1", "?_count=1"}) {
            const nlohmann::json entry{{"request", {{"method", "GET"}, {"url", type + url}}}};
            for (const char* kind : {"transaction", "batch"}) {
                const auto bundle = nlohmann::json{{"resourceType", "Bundle"}, {"type", kind}, {"entry", {entry}}}.dump();
                const auto answer = askPatientApi(token, "POST", "", bundle);
                if (std::string(kind) == "transaction")
                    refused(answer, "entry of a transaction");
                else
                    QVERIFY2(answer.json["entry"][0]["response"]["status"] == "403", (type + url).c_str());
            }
        }
        const nlohmann::json conditional{{"resource", {{"resourceType", type}}},
                                         {"request", {{"method", "POST"}, {"url", type}, {"ifNoneExist", "_id=x"}}}};
        const auto inBatch = askPatientApi(token, "POST", "",
                                           nlohmann::json{{"resourceType", "Bundle"}, {"type", "batch"}, {"entry", {conditional}}}.dump());
        const std::string status = inBatch.json["entry"][0]["response"]["status"];
        QVERIFY2(status == "403" || status == "422",
                 (type + " conditional entry: " + status).c_str());  // 422: not valid, so never looked at
        const nlohmann::json removal{{"request", {{"method", "DELETE"}, {"url", type + "/x"}}}};
        refused(askPatientApi(token, "POST", "",
                              nlohmann::json{{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", {removal}}}.dump()),
                "removing entry");
        if (QTest::currentTestFailed()) return;
    }
}

/// Rows of patient/smart-api are for apps of patients or for everybody, and such rows are nowhere else.
void EveryRoute::theTablesNameTheirCallers() {
    std::set<std::string> open;
    std::size_t guarded = 0;
    for (const auto& row : api::routesOfClinics()) {
        const auto* ofBase = std::get_if<api::OfBase>(&row.target.handler);
        const bool isPatients = ofBase && ofBase->realm == &authorization_server::realms::patient;
        const bool isThere = row.pattern.find("/patient/smart-api") != std::string::npos;
        if (isPatients) QVERIFY2(isThere, row.pattern.c_str());
        if (isThere && !isPatients) open.insert(row.pattern.substr(row.pattern.find("smart-api")));
        guarded += isPatients && !ofBase->operation;
    }
    QCOMPARE(guarded, std::size_t(9));
    QVERIFY((open == std::set<std::string>{"smart-api/metadata", "smart-api/.well-known/smart-configuration"}));
}

POLYCLINIC_TEST(EveryRoute)
#include "every_route_test.moc"
