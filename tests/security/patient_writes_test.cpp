// Group B and C of the attack list (README): what the app of one patient may change, and what its scopes leave out.

#include <QTest>

#include "patient_records.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using nlohmann::json;

class PatientWrites : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void ownRecordsAreWritten();
    void B15_writesStayInside_data();
    void B15_writesStayInside();
    void B15_updatesStayInside();
    void B15_noPatientIsMade();
    void B19_B21_deletesStayInside();
    void conditionsStayInside();
    void A10_B22_transactionsAreWholeOrNothing_data();
    void A10_B22_transactionsAreWholeOrNothing();
    void B22_batchesJudgeEachEntry();
    void ownAddressesAreUnderstood();
    void C01_v1ScopesSayTheSame();
    void C02_everyLetterForItself();
    void C10_whatWasNotGrantedIsRefused();
    void fhirUserReadsTheOwnPatient();

  private:
    std::string all_;
};

namespace {

using Records = PatientRecords;

/// The clinic's own view: how many records of the type there are, and how this one is.
int countOf(const std::string& type) { return patientRecords().asClinic("GET", type + "?_summary=count").json.at("total"); }
std::string stored(const std::string& path) { return patientRecords().asClinic("GET", path).body; }

std::string bundle(const std::string& type, const std::vector<json>& entries) {
    return json{{"resourceType", "Bundle"}, {"type", type}, {"entry", entries}}.dump();
}

std::string personNamed(const std::string& id) { return json{{"resourceType", "Patient"}, {"id", id}}.dump(); }

json entry(const std::string& method, const std::string& url, const std::string& resource = {}) {
    json made{{"request", {{"method", method}, {"url", url}}}};
    if (!resource.empty()) made["resource"] = json::parse(resource);
    return made;
}

}  // namespace

void PatientWrites::initTestCase() { all_ = patientRecords().token("patient/*.cruds"); }

void PatientWrites::ownRecordsAreWritten() {
    const auto made = askPatientApi(all_, "POST", "Observation", Records::observation("", "a1", "own"));
    QVERIFY2(made.status == 201, made.told().c_str());
    QVERIFY(made.header("location").starts_with(patientRecords().api() + "/Observation/"));
    const std::string id = made.json.at("id");
    QCOMPARE(askPatientApi(all_, "GET", "Observation/" + id).status, 200);
    QCOMPARE(askPatientApi(all_, "PUT", "Observation/" + id, Records::observation(id, "a1", "own2")).status, 200);
    QCOMPARE(askPatientApi(all_, "PUT", "Observation/" + id, Records::observation(id, "a1", "own3"), {{"If-Match", "W/\"1\""}}).status,
             412);
    QCOMPARE(askPatientApi(all_, "DELETE", "Observation/" + id).status, 204);
    QCOMPARE(askPatientApi(all_, "GET", "Observation/" + id).status, 410);
}

void PatientWrites::B15_writesStayInside_data() {
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("body");
    const auto row = [](const char* name, const char* type, const std::string& body) {
        QTest::newRow(name) << type << QString::fromStdString(body);
    };
    const std::string head = R"({"resourceType":"Observation","status":"final","code":{"text":"x"})";
    row("another's", "Observation", Records::observation("", "a2"));
    row("nobody's", "Observation", head + "}");
    row("of a Patient that is not there", "Observation", head + R"(,"subject":{"reference":"Patient/nobody"}})");
    row("a second one performs", "Observation",
        head + R"(,"subject":{"reference":"Patient/a1"},"performer":[{"reference":"Patient/a2"}]})");
    row("only performs", "Observation", head + R"(,"subject":{"reference":"Patient/a2"},"performer":[{"reference":"Patient/a1"}]})");
    row("in an extension", "Observation",
        head +
            R"(,"subject":{"reference":"Patient/a1"},"extension":[{"url":"http://x.org","valueReference":{"reference":"Patient/a2"}}]})");
    row("contained", "Observation",
        R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a1"},"hasMember":[{"reference":"#c"}],"contained":[{"resourceType":"Observation","id":"c","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a2"}}]})");
    row("by fhir-api's address", "Observation", head + R"(,"subject":{"reference":")" + shortServer().a.fhir + R"(/Patient/a2"}})");
    row("by smart-api's address", "Observation", head + R"(,"subject":{"reference":")" + patientRecords().api() + R"(/Patient/a2"}})");
    row("of the other clinic", "Observation", head + R"(,"subject":{"reference":")" + shortServer().b.fhir + R"(/Patient/a1"}})");
    row("a link", "Patient", R"({"resourceType":"Patient","link":[{"other":{"reference":"Patient/a1"},"type":"seealso"}]})");
    row("a Group", "Group", R"({"resourceType":"Group","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/a1"}}]})");
    row("a shared type", "Organization", R"({"resourceType":"Organization","name":"x"})");
}
void PatientWrites::B15_writesStayInside() {
    QFETCH(QString, type);
    QFETCH(QString, body);
    const auto before = countOf(type.toStdString());
    const auto answer = askPatientApi(all_, "POST", type.toStdString(), body.toStdString());
    QVERIFY2(answer.status == 403, (std::to_string(answer.status) + answer.told()).c_str());
    QVERIFY(!holdsForeign(answer));
    const auto inBundle = askPatientApi(all_, "POST", "", bundle("transaction", {entry("POST", type.toStdString(), body.toStdString())}));
    QVERIFY2(inBundle.status == 403, (std::to_string(inBundle.status) + inBundle.told()).c_str());
    QCOMPARE(countOf(type.toStdString()), before);
}

void PatientWrites::B15_updatesStayInside() {
    const auto mine = stored("Observation/a1-o1"), theirs = stored("Observation/a2-o1");
    QCOMPARE(askPatientApi(all_, "PUT", "Observation/a1-o1", Records::observation("a1-o1", "a2")).status, 403);
    QCOMPARE(askPatientApi(all_, "PUT", "Observation/a2-o1", Records::observation("a2-o1", "a2")).status, 403);
    // Taking another's record, or an id that nobody has: both are not there.
    const auto taken = askPatientApi(all_, "PUT", "Observation/a2-o1", Records::observation("a2-o1", "a1"));
    const auto free = askPatientApi(all_, "PUT", "Observation/free-id", Records::observation("free-id", "a1"));
    QCOMPARE(taken.status, 404);
    QCOMPARE(comparable(taken, "a2-o1"), comparable(free, "free-id"));
    for (const char* id : {"a2-o1", "free-id"})
        QCOMPARE(
            askPatientApi(all_, "PUT", std::string("Observation/") + id, Records::observation(id, "a1"), {{"If-Match", "W/\"1\""}}).status,
            412);
    // A record of two patients is read by both and changed by neither.
    const std::string both =
        R"({"resourceType":"Appointment","id":"both","status":"booked","participant":[{"actor":{"reference":"Patient/a1"},"status":"accepted"},{"actor":{"reference":"Patient/a2"},"status":"accepted"}]})";
    const std::string own =
        R"({"resourceType":"Appointment","id":"both","status":"booked","participant":[{"actor":{"reference":"Patient/a1"},"status":"accepted"}]})";
    QCOMPARE(patientRecords().asClinic("PUT", "Appointment/both", both).status, 201);
    QCOMPARE(askPatientApi(all_, "GET", "Appointment/both").status, 200);
    QCOMPARE(askPatientApi(all_, "PUT", "Appointment/both", own).status, 403);
    QCOMPARE(askPatientApi(all_, "DELETE", "Appointment/both").status, 403);
    QVERIFY(stored("Observation/a1-o1") == mine);
    QVERIFY(stored("Observation/a2-o1") == theirs);
    QVERIFY(patientRecords().asClinic("GET", "Observation/free-id").status == 404);
    QVERIFY(patientRecords().asClinic("GET", "Appointment/both").json["meta"]["versionId"] == "1");
}

void PatientWrites::B15_noPatientIsMade() {
    const auto before = countOf("Patient");
    for (const char* id : {"a1", "new-one"}) QCOMPARE(askPatientApi(all_, "POST", "Patient", personNamed(id)).status, 403);
    QCOMPARE(askPatientApi(all_, "PUT", "Patient/a2", R"({"resourceType":"Patient","id":"a2"})").status, 403);
    QCOMPARE(askPatientApi(all_, "PUT", "Patient/new-one", R"({"resourceType":"Patient","id":"new-one"})").status, 403);
    QCOMPARE(askPatientApi(all_, "PUT", "Patient/a2", R"({"resourceType":"Patient","id":"a1"})").status, 400);
    QCOMPARE(askPatientApi(all_, "PUT", "Patient/a1",
                           R"({"resourceType":"Patient","id":"a1","link":[{"other":{"reference":"Patient/a2"},"type":"seealso"}]})")
                 .status,
             403);
    QCOMPARE(countOf("Patient"), before);
    QVERIFY(patientRecords().asClinic("GET", "Patient/a2").body.find(canaryOfPatient("a2")) != std::string::npos);
}

void PatientWrites::B19_B21_deletesStayInside() {
    const auto nothing = askPatientApi(all_, "DELETE", "Observation/no-such-id");
    for (const char* id : {"a2-o1", "b1-o1"}) {
        const auto answer = askPatientApi(all_, "DELETE", std::string("Observation/") + id);
        QCOMPARE(comparable(answer, id), comparable(nothing, "no-such-id"));
    }
    // No app removes the record of a person; whether there is one is not told.
    QCOMPARE(askPatientApi(all_, "DELETE", "Patient/a2").status, 403);
    QCOMPARE(comparable(askPatientApi(all_, "DELETE", "Patient/a2"), "a2"), comparable(askPatientApi(all_, "DELETE", "Patient/zz"), "zz"));
    const auto before = countOf("Observation");
    for (const char* criteria : {"Observation?code=x", "Observation?subject=Patient/a2", "Patient?name=CANARY"})
        QCOMPARE(askPatientApi(all_, "DELETE", criteria).status, 405);
    QCOMPARE(countOf("Observation"), before);
    QCOMPARE(patientRecords().asClinic("GET", "Observation/a2-o1").status, 200);
    QCOMPARE(patientRecords().asClinic("GET", "Patient/a2").status, 200);
    const auto reads = patientRecords().token("patient/*.rs");
    QCOMPARE(askPatientApi(reads, "DELETE", "Observation/a1-o1").status, 403);
    QCOMPARE(askPatientApi(reads, "DELETE", "Observation/a2-o1").status, 403);
}

void PatientWrites::conditionsStayInside() {
    // What only a2 has does not count as there.
    QCOMPARE(patientRecords().asClinic("PUT", "Observation/a2-only", Records::observation("a2-only", "a2", "only-a2")).status, 201);
    const auto made =
        askPatientApi(all_, "POST", "Observation", Records::observation("", "a1", "only-a2"), {{"If-None-Exist", "code=only-a2"}});
    QVERIFY2(made.status == 201, made.told().c_str());
    const auto again =
        askPatientApi(all_, "POST", "Observation", Records::observation("", "a1", "only-a2"), {{"If-None-Exist", "code=only-a2"}});
    QCOMPARE(again.status, 200);
    QVERIFY(again.header("location").ends_with("/Observation/" + made.json.at("id").get<std::string>()));
    // Without the right to search there is no condition.
    const auto blind = patientRecords().token("patient/Observation.c");
    QCOMPARE(askPatientApi(blind, "POST", "Observation", Records::observation("", "a1"), {{"If-None-Exist", "code=only-a2"}}).status, 403);
    // A conditional reference reaches what the app may find, and a2 is not.
    const auto byName = [](const std::string& criteria) {
        const json observation{{"resourceType", "Observation"},
                               {"status", "final"},
                               {"code", {{"text", "x"}}},
                               {"subject", {{"reference", "Patient?" + criteria}}}};
        return bundle("transaction", {entry("POST", "Observation", observation.dump())});
    };
    const auto before = countOf("Observation");
    const auto theirs = askPatientApi(all_, "POST", "", byName("name=CANARY-PATIENT-a2"));
    const auto nobodys = askPatientApi(all_, "POST", "", byName("name=CANARY-PATIENT-zz"));
    QCOMPARE(theirs.status, 412);
    QCOMPARE(comparable(theirs, "a2"), comparable(nobodys, "zz"));
    QCOMPARE(countOf("Observation"), before);
    QCOMPARE(askPatientApi(all_, "POST", "", byName("name=CANARY-PATIENT")).status, 200);  // the only one in reach is a1
}

void PatientWrites::A10_B22_transactionsAreWholeOrNothing_data() {
    QTest::addColumn<QString>("foreign");
    QTest::addColumn<int>("status");
    const auto row = [](const char* name, const json& foreign, int status) {
        QTest::newRow(name) << QString::fromStdString(foreign.dump()) << status;
    };
    row("create for a2", entry("POST", "Observation", Records::observation("", "a2")), 403);
    row("update of a2", entry("PUT", "Observation/a2-o2", Records::observation("a2-o2", "a2")), 403);
    row("taking a2's", entry("PUT", "Observation/a2-o2", Records::observation("a2-o2", "a1")), 404);
    row("read of a2", entry("GET", "Observation/a2-o2"), 200);  // its own entry says that there is nothing
    row("read of a Group", entry("GET", "Group/g"), 403);
    row("a shared type", entry("POST", "Organization", R"({"resourceType":"Organization","name":"x"})"), 403);
    row("another clinic", entry("POST", "/tenant/t-b/patient/smart-api/Observation", Records::observation("", "a1")), 400);
    row("another clinic's address", entry("POST", shortServer().b.fhir + "/Observation", Records::observation("", "a1")), 400);
}
void PatientWrites::A10_B22_transactionsAreWholeOrNothing() {
    QFETCH(QString, foreign);
    QFETCH(int, status);
    const auto before = countOf("Observation");
    const auto theirs = stored("Observation/a2-o2");
    const auto body = bundle("transaction", {entry("POST", "Observation", Records::observation("", "a1", "in-transaction")),
                                             json::parse(foreign.toStdString())});
    const auto answer = askPatientApi(all_, "POST", "", body);
    QVERIFY2(answer.status == status, (std::to_string(answer.status) + answer.told()).c_str());
    QVERIFY(!holdsForeign(answer));
    QVERIFY(stored("Observation/a2-o2") == theirs);
    if (status == 200) QVERIFY(answer.json.at("entry").at(1).at("response").at("status").get<std::string>().starts_with("404"));
    QCOMPARE(countOf("Observation"), before + (status == 200 ? 1 : 0));
}

void PatientWrites::B22_batchesJudgeEachEntry() {
    const auto theirs = stored("Observation/a2-o3");
    const auto answer = askPatientApi(
        all_, "POST", "",
        bundle("batch", {entry("POST", "Observation", Records::observation("", "a1", "in-batch")),
                         entry("POST", "Observation", Records::observation("", "a2", "in-batch")), entry("GET", "Observation/a2-o3"),
                         entry("GET", "Observation?subject=Patient/a2"), entry("GET", "Observation/a1-o3"),
                         entry("PUT", "Observation/a2-o3", Records::observation("a2-o3", "a1")), entry("DELETE", "Observation/a2-o2"),
                         entry("GET", "Group/g"), entry("GET", "Observation/a2-o3/_history/1"), entry("GET", "Observation/a2-o3/_history"),
                         entry("GET", "Patient")}));
    QVERIFY2(answer.status == 200, answer.told().c_str());
    QVERIFY(!holdsForeign(answer));
    std::string statuses;
    for (const auto& each : answer.json.at("entry")) statuses += each.at("response").at("status").get<std::string>().substr(0, 3) + " ";
    QCOMPARE(statuses, std::string("201 403 404 200 200 404 204 403 404 404 200 "));
    QCOMPARE(answer.json["entry"][3]["resource"]["total"].get<int>(), 0);
    QCOMPARE(answer.json["entry"][10]["resource"]["total"].get<int>(), 1);
    QVERIFY(stored("Observation/a2-o3") == theirs);
    QCOMPARE(patientRecords().asClinic("GET", "Observation?code=in-batch&_summary=count").json.at("total").get<int>(), 1);
}

void PatientWrites::ownAddressesAreUnderstood() {
    // "own" by the address of the door that was asked: kept as a relative reference.
    const auto made = askPatientApi(all_, "POST", "Observation",
                                    R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":")" +
                                        patientRecords().api() + R"(/Patient/a1"}})");
    QVERIFY2(made.status == 201, made.told().c_str());
    QVERIFY(made.json["subject"]["reference"] == "Patient/a1");
    const auto found = askPatientApi(
        all_, "GET",
        "Observation?subject=" + encoded(patientRecords().api() + "/Patient/a1") + "&_id=" + made.json.at("id").get<std::string>());
    QCOMPARE(found.json.at("total").get<int>(), 1);
}

void PatientWrites::C01_v1ScopesSayTheSame() {
    const auto reads = patientRecords().token("patient/Observation.read"), writes = patientRecords().token("patient/Observation.write");
    QCOMPARE(askPatientApi(reads, "GET", "Observation/a1-o1").status, 200);
    QCOMPARE(askPatientApi(reads, "GET", "Observation").status, 200);
    QCOMPARE(askPatientApi(reads, "PUT", "Observation/a1-o1", Records::observation("a1-o1", "a1")).status, 403);
    QCOMPARE(askPatientApi(writes, "GET", "Observation/a1-o1").status, 403);
    QCOMPARE(askPatientApi(writes, "GET", "Observation").status, 403);
    QCOMPARE(askPatientApi(writes, "PUT", "Observation/a1-o1", Records::observation("a1-o1", "a1")).status, 200);
}

void PatientWrites::C02_everyLetterForItself() {
    const auto status = [](const std::string& letter, const char* method, const char* path, const std::string& body = {}) {
        return askPatientApi(patientRecords().token("patient/Observation." + letter, "a1", "launch/patient"), method, path, body).status;
    };
    QCOMPARE(status("r", "GET", "Observation"), 403);
    QCOMPARE(status("r", "GET", "Observation/a1-o1"), 200);
    QCOMPARE(status("s", "GET", "Observation/a1-o1"), 403);
    QCOMPARE(status("s", "GET", "Observation/a1-o1/_history"), 403);
    QCOMPARE(status("s", "GET", "Observation/a1-o1/_history/1"), 403);
    QCOMPARE(status("s", "GET", "Observation"), 200);
    QCOMPARE(status("c", "GET", "Observation/a1-o1"), 403);
    QCOMPARE(status("c", "POST", "Observation", Records::observation("", "a1")), 201);
    QCOMPARE(status("c", "PUT", "Observation/a1-o1", Records::observation("a1-o1", "a1")), 403);
    QCOMPARE(status("u", "PUT", "Observation/a1-o1", Records::observation("a1-o1", "a1")), 200);
    QCOMPARE(status("u", "POST", "Observation", Records::observation("", "a1")), 403);
    QCOMPARE(status("d", "PUT", "Observation/a1-o1", Records::observation("a1-o1", "a1")), 403);
    QCOMPARE(status("d", "DELETE", "Observation/no-such-id"), 204);
    // A missing scope is said before any look: the same for what is there and what is not.
    for (const char* id : {"a1-o1", "a2-o1", "no-such-id"}) QCOMPARE(status("s", "GET", (std::string("Observation/") + id).c_str()), 403);
}

void PatientWrites::C10_whatWasNotGrantedIsRefused() {
    const auto token = patientRecords().token("patient/Observation.rs patient/Patient.rs");
    QCOMPARE(askPatientApi(token, "GET", "Observation/a1-o1").status, 200);
    QCOMPARE(askPatientApi(token, "GET", "Condition/a1-c").status, 403);
    QCOMPARE(askPatientApi(token, "GET", "Condition?patient=a1").status, 403);
    const auto included = askPatientApi(token, "GET", "Observation?_revinclude=*&_include=*");
    QCOMPARE(included.status, 200);
    QVERIFY(included.body.find("\"Condition\"") == std::string::npos);
}

void PatientWrites::fhirUserReadsTheOwnPatient() {
    const auto token = patientRecords().token("patient/Observation.rs", "a1", "launch/patient openid fhirUser");
    QCOMPARE(askPatientApi(token, "GET", "Patient/a1").status, 200);
    QCOMPARE(askPatientApi(token, "GET", "Patient/a2").status, 404);
    QCOMPARE(askPatientApi(token, "GET", "Patient").status, 403);
    QCOMPARE(askPatientApi(token, "PUT", "Patient/a1", R"({"resourceType":"Patient","id":"a1"})").status, 403);
    const auto unnamed = patientRecords().token("patient/Observation.rs", "a1", "launch/patient openid");
    QCOMPARE(askPatientApi(unnamed, "GET", "Patient/a1").status, 403);
}

POLYCLINIC_TEST(PatientWrites)
#include "patient_writes_test.moc"
