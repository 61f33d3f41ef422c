// Group B of the attack list (README): what the app of one patient may meet.

#include <QTest>

#include "patient_records.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class PatientReach : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void A01_B01_othersAreNotThere_data();
    void A01_B01_othersAreNotThere();
    void A02_tokensOpenTheirOwnDoorOnly();
    void B02_B03_searchesStayInside_data();
    void B02_B03_searchesStayInside();
    void B04_searchingPatientsFindsOnesOwn();
    void B10_countsAreOfTheOwnOnly();
    void B11_B33_operationsAreNotThere();
    void B14_histories();
    void vreadJudgesThatVersion();
    void deletedRecords();
    void B30_linkedPatientsStayApart();
    void B31_withoutPatientNothing();
    void sharedTypesAreReadOnly();
    void cursorsDoNotCarryOver();
    void aWrongIndexTellsNothing();

  private:
    std::string all_, read_;
};

namespace {

std::string names(const HttpAnswer& answer) {
    std::string text;
    for (const auto& entry : answer.json.value("entry", nlohmann::json::array()))
        if (entry.at("search").at("mode") == "match") text += entry.at("resource").at("id").get<std::string>() + " ";
    return text;
}

}  // namespace

void PatientReach::initTestCase() {
    all_ = patientRecords().token("patient/*.cruds");
    read_ = patientRecords().token("patient/*.rs");
    const auto own = askPatientApi(read_, "GET", "Observation/a1-o1");
    QVERIFY2(own.status == 200, own.told().c_str());
    // What other classes left with this patient is not what is counted here.
    for (const auto& entry : patientRecords().asClinic("GET", "Observation?_count=200").json.value("entry", nlohmann::json::array())) {
        const auto id = entry.at("resource").at("id").get<std::string>();
        if (!id.starts_with("a1-o") && !id.starts_with("a2-o"))
            QCOMPARE(patientRecords().asClinic("DELETE", "Observation/" + id).status, 204);
    }
    QVERIFY(own.body.find(canaryOfPatient("a1")) != std::string::npos);
    QCOMPARE(askPatientApi(read_, "GET", "Patient/a1").status, 200);
}

void PatientReach::A01_B01_othersAreNotThere_data() {
    QTest::addColumn<QString>("way");
    for (const char* way : {"Patient/%", "Observation/%", "Observation/%/_history/1", "Observation/%/_history", "Condition/%"})
        QTest::newRow(way) << way;
}
void PatientReach::A01_B01_othersAreNotThere() {
    QFETCH(QString, way);
    const auto at = [&](const char* id) { return QString(way).replace('%', id).toStdString(); };
    for (const char* method : {"GET", "HEAD"}) {
        const auto nothing = askPatientApi(read_, method, at("no-such-id"));
        QCOMPARE(nothing.status, 404);
        for (const char* id : {"a2", "b1", "a2-o1", "b1-o1", "a2-c"}) {
            const auto answer = askPatientApi(read_, method, at(id));
            QCOMPARE(QString::fromStdString(comparable(answer, id)), QString::fromStdString(comparable(nothing, "no-such-id")));
            QVERIFY(!holdsForeign(answer));
        }
    }
}

void PatientReach::A02_tokensOpenTheirOwnDoorOnly() {
    const auto& server = shortServer();
    const auto refused = [](const HttpAnswer& answer) {
        return answer.status == 401 && answer.header("www-authenticate") == "Bearer error=\"invalid_token\"" && !holdsForeign(answer);
    };
    QVERIFY(refused(http("GET", patientRecords().otherApi() + "/Patient/a1", bearer(all_))));
    QVERIFY(refused(http("GET", patientRecords().otherApi() + "/Patient/b1", bearer(all_))));
    QVERIFY(refused(http("GET", server.a.fhir + "/Patient/a1", bearer(all_))));
    QVERIFY(refused(http("GET", patientRecords().api() + "/Patient/a1", bearer(server.a.token))));
    QVERIFY(refused(http("GET", patientRecords().api() + "/Patient/a1", bearer(server.process.localToken()))));
    const auto planted = patientRecords().plant({"t-a", "a1", "patient/*.rs", "launch/patient", "fhir-api"});
    QVERIFY(refused(http("GET", patientRecords().api() + "/Patient/a1", bearer(planted))));
    QVERIFY(refused(http("GET", server.a.fhir + "/Patient/a1", bearer(planted))));
    const auto ended = patientRecords().plant({"t-a", "a1", "patient/*.rs", "launch/patient", "patient/smart-api", true});
    QVERIFY(refused(askPatientApi(ended, "GET", "Patient/a1")));
    // No scope of another level counts here.
    for (const char* scopes : {"system/*.cruds", "user/*.cruds"}) {
        const auto other = patientRecords().token(scopes, "a1", "launch/patient");
        QCOMPARE(askPatientApi(other, "GET", "Patient/a1").status, 403);
        QCOMPARE(askPatientApi(other, "GET", "Observation").status, 403);
    }
}

void PatientReach::B02_B03_searchesStayInside_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("found");
    const auto row = [](const char* path, const char* body, const char* found) {
        QTest::newRow((std::string(path) + " " + body).c_str()) << path << body << found;
    };
    const char* own = "a1-o1 a1-o2 a1-o3 ";
    row("Observation", "", own);
    row("Observation?subject=Patient/a1", "", own);
    row("Observation?patient=a1", "", own);
    row("Observation?code=x&_sort=-date", "", "a1-o3 a1-o2 a1-o1 ");
    row("Observation?subject=Patient/a2", "", "");
    row("Observation?patient=a2", "", "");
    row("Observation?patient=a1,a2", "", own);
    row("Observation?patient=a2&_sort=date", "", "");
    row("Observation?_id=a2-o1", "", "");
    row("Observation?_id=a2-o1,a1-o1,b1-o1", "", "a1-o1 ");
    row("Observation?status:not=x", "", own);
    row("Observation?subject:missing=true", "", "");
    row("Observation?date=2020-01-02", "", "");
    row("Observation?patient=a1", "patient=a2", "");
    row("Observation?", "patient=a2", "");
    row("Observation?", "code=x", own);
    row("Condition?_include=*&_revinclude=*", "", "a1-c ");
}
void PatientReach::B02_B03_searchesStayInside() {
    QFETCH(QString, path);
    QFETCH(QString, body);
    QFETCH(QString, found);
    HttpAnswer answer;
    if (body.isEmpty()) {
        answer = askPatientApi(read_, "GET", path.toStdString());
    } else {
        const auto at = path.indexOf('?');
        const auto target = path.left(at) + "/_search" + path.mid(at);
        answer =
            askPatientApi(read_, "POST", target.toStdString(), body.toStdString(), {{"Content-Type", "application/x-www-form-urlencoded"}});
    }
    QVERIFY2(answer.status == 200, answer.told().c_str());
    QVERIFY(!holdsForeign(answer));
    QCOMPARE(QString::fromStdString(names(answer)), found);
    QCOMPARE(answer.json.at("total").get<int>(), int(found.count(' ')));
    // Addresses in the answer are of the door that was asked.
    for (const auto& entry : answer.json.value("entry", nlohmann::json::array()))
        if (entry.contains("fullUrl")) QVERIFY(entry["fullUrl"].get<std::string>().starts_with(patientRecords().api() + "/"));
}

void PatientReach::B04_searchingPatientsFindsOnesOwn() {
    QCOMPARE(names(askPatientApi(read_, "GET", "Patient")), std::string("a1 "));
    QCOMPARE(names(askPatientApi(read_, "GET", "Patient?_sort=family&_count=50")), std::string("a1 "));
    for (const char* query :
         {"name=CANARY-PATIENT-a2", "_id=a2", "birthdate=1980-02-02", "name=CANARY-PATIENT-b1", "gender:missing=false"}) {
        const auto answer = askPatientApi(read_, "GET", std::string("Patient?") + query);
        QCOMPARE(answer.status, 200);
        QCOMPARE(names(answer), std::string());
        QCOMPARE(answer.json.at("total").get<int>(), 0);
        QVERIFY(!holdsForeign(answer));
    }
}

void PatientReach::B10_countsAreOfTheOwnOnly() {
    for (const char* query :
         {"_summary=count", "_count=0", "_total=accurate", "_total=accurate&_count=1", "code=x&_total=accurate&_sort=-date"}) {
        const auto mine = askPatientApi(read_, "GET", std::string("Observation?") + query);
        QCOMPARE(mine.status, 200);
        QCOMPARE(mine.json.at("total").get<int>(), 3);
        const auto theirs = askPatientApi(read_, "GET", std::string("Observation?subject=Patient/a2&") + query);
        QCOMPARE(theirs.status, 200);
        QCOMPARE(theirs.json.at("total").get<int>(), 0);
    }
    QCOMPARE(askPatientApi(read_, "GET", "Patient?_summary=count").json.at("total").get<int>(), 1);
    // Every page together, one at a time.
    std::string found, path = "Observation?_count=1";
    for (int page = 0; page < 5 && !path.empty(); ++page) {
        const auto answer = askPatientApi(read_, "GET", path);
        QCOMPARE(answer.status, 200);
        found += names(answer);
        path.clear();
        for (const auto& link : answer.json.at("link"))
            if (link.at("relation") == "next") path = link.at("url").get<std::string>().substr(patientRecords().api().size() + 1);
    }
    QCOMPARE(found, std::string("a1-o1 a1-o2 a1-o3 "));
}

void PatientReach::B11_B33_operationsAreNotThere() {
    for (const char* path : {"Patient/a2/$everything", "Patient/$everything", "Patient/a2/$meta", "Observation/$lastn", "$graphql",
                             "Group/g/$export", "Patient/$export", "$export", "Patient/a2/Observation"}) {
        const auto answer = askPatientApi(all_, "GET", path);
        QVERIFY2(answer.status == 404 || answer.status == 400, (std::string(path) + " " + std::to_string(answer.status)).c_str());
        QVERIFY(!holdsForeign(answer));
    }
    for (const char* query :
         {"_has:Observation:subject:code=x", "subject.name=CANARY-PATIENT-a2", "subject:Patient.name=CANARY-PATIENT-a2"})
        QCOMPARE(askPatientApi(all_, "GET", std::string("Observation?") + query).status, 400);
}

void PatientReach::B14_histories() {
    for (const char* path : {"_history", "Observation/_history"}) {
        const auto answer = askPatientApi(all_, "GET", path);
        QVERIFY(answer.status == 404 || answer.status == 400 || answer.status == 403);
        QVERIFY(!holdsForeign(answer));
    }
    const auto own = askPatientApi(read_, "GET", "Observation/a1-o1/_history");
    QCOMPARE(own.status, 200);
    QCOMPARE(own.json.at("total").get<int>(), 1);
}

void PatientReach::vreadJudgesThatVersion() {
    const auto& records = patientRecords();
    // A record that was filed under a1 by mistake, then moved to a2; and one the other way round.
    QCOMPARE(records.asClinic("PUT", "Observation/moved", PatientRecords::observation("moved", "a1")).status, 201);
    QCOMPARE(records.asClinic("PUT", "Observation/moved", PatientRecords::observation("moved", "a2")).status, 200);
    QCOMPARE(records.asClinic("PUT", "Observation/came", PatientRecords::observation("came", "a2")).status, 201);
    QCOMPARE(records.asClinic("PUT", "Observation/came", PatientRecords::observation("came", "a1")).status, 200);
    QCOMPARE(askPatientApi(read_, "GET", "Observation/moved").status, 404);
    QCOMPARE(askPatientApi(read_, "GET", "Observation/moved/_history/1").status, 404);  // it has left, its past too
    QCOMPARE(askPatientApi(read_, "GET", "Observation/moved/_history/2").status, 404);
    QCOMPARE(askPatientApi(read_, "GET", "Observation/came").status, 200);
    QCOMPARE(askPatientApi(read_, "GET", "Observation/came/_history/1").status, 404);
    for (const char* id : {"moved", "came"}) {
        for (const char* count : {"", "?_count=1"}) {
            const auto history = askPatientApi(read_, "GET", std::string("Observation/") + id + "/_history" + count);
            if (std::string_view(id) == "moved") {
                QCOMPARE(history.status, 404);
                continue;
            }
            QCOMPARE(history.status, 200);
            QCOMPARE(history.json.at("entry").size(), std::size_t(1));
            QVERIFY(!holdsForeign(history));
        }
    }
    QCOMPARE(records.asClinic("DELETE", "Observation/moved").status, 204);
    QCOMPARE(records.asClinic("DELETE", "Observation/came").status, 204);
}

void PatientReach::deletedRecords() {
    const auto& records = patientRecords();
    for (const char* patient : {"a1", "a2"}) {
        const auto id = std::string(patient) + "-gone";
        QCOMPARE(records.asClinic("PUT", "Observation/" + id, PatientRecords::observation(id, patient)).status, 201);
        QCOMPARE(records.asClinic("DELETE", "Observation/" + id).status, 204);
    }
    QCOMPARE(askPatientApi(read_, "GET", "Observation/a1-gone").status, 410);
    QCOMPARE(askPatientApi(read_, "GET", "Observation/a1-gone/_history/2").status, 410);
    QCOMPARE(askPatientApi(read_, "GET", "Observation/a1-gone/_history/1").status, 200);
    QCOMPARE(askPatientApi(read_, "GET", "Observation/a1-gone/_history").json.at("total").get<int>(), 2);
    const auto nothing = comparable(askPatientApi(read_, "GET", "Observation/no-such-id"), "no-such-id");
    for (const char* path :
         {"Observation/a2-gone", "Observation/a2-gone/_history/1", "Observation/a2-gone/_history/2", "Observation/a2-gone/_history"})
        QCOMPARE(QString::fromStdString(comparable(askPatientApi(read_, "GET", path), "a2-gone")), QString::fromStdString(nothing));
}

void PatientReach::B30_linkedPatientsStayApart() {
    const auto& records = patientRecords();
    QCOMPARE(records
                 .asClinic("PUT", "Patient/a-link",
                           R"({"resourceType":"Patient","id":"a-link","link":[{"other":{"reference":"Patient/a2"},"type":"seealso"}]})")
                 .status,
             201);
    QCOMPARE(records
                 .asClinic("PUT", "Patient/a-to",
                           R"({"resourceType":"Patient","id":"a-to","name":[{"family":")" + canaryOfPatient("a2") +
                               R"("}],"link":[{"other":{"reference":"Patient/a-link"},"type":"seealso"}]})")
                 .status,
             201);
    const auto token = records.token("patient/*.rs", "a-link");
    QCOMPARE(askPatientApi(token, "GET", "Patient/a-link").status, 200);
    QCOMPARE(askPatientApi(token, "GET", "Observation?subject=Patient/a2").json.at("total").get<int>(), 0);
    QCOMPARE(askPatientApi(token, "GET", "Patient/a2").status, 404);
    QCOMPARE(askPatientApi(token, "GET", "Patient/a-to").status, 404);
    QCOMPARE(names(askPatientApi(token, "GET", "Patient?link=Patient/a-link")), std::string());
    QCOMPARE(names(askPatientApi(token, "GET", "Patient")), std::string("a-link "));
}

void PatientReach::B31_withoutPatientNothing() {
    const auto token = patientRecords().token("patient/*.cruds", "");
    for (const char* path :
         {"Patient", "Patient/a1", "Observation", "Observation/a1-o1", "Observation/a1-o1/_history", "Practitioner/dr", "Practitioner"}) {
        const auto answer = askPatientApi(token, "GET", path);
        QCOMPARE(answer.status, 403);
        QVERIFY(answer.body.find("CANARY") == std::string::npos);
    }
    QCOMPARE(askPatientApi(token, "POST", "Observation", PatientRecords::observation("", "a1")).status, 403);
    QCOMPARE(askPatientApi(token, "DELETE", "Observation/a1-o1").status, 403);
    QCOMPARE(askPatientApi(token, "POST", "",
                           R"({"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient"}}]})")
                 .status,
             403);
}

void PatientReach::sharedTypesAreReadOnly() {
    QCOMPARE(askPatientApi(all_, "GET", "Practitioner/dr").status, 200);
    QCOMPARE(names(askPatientApi(all_, "GET", "Practitioner?name=Shared")), std::string("dr "));
    const std::string body = R"({"resourceType":"Practitioner","id":"dr","name":[{"family":"Changed"}]})";
    QCOMPARE(askPatientApi(all_, "PUT", "Practitioner/dr", body).status, 403);
    QCOMPARE(askPatientApi(all_, "POST", "Practitioner", body).status, 403);
    QCOMPARE(askPatientApi(all_, "DELETE", "Practitioner/dr").status, 403);
    QVERIFY(patientRecords().asClinic("GET", "Practitioner/dr").json["name"][0]["family"] == "Shared");
    for (const char* type : {"Group", "Binary", "Bundle", "Parameters", "Task", "Subscription", "Linkage"}) {
        for (const char* rest : {"", "/g", "/g/_history", "/g/_history/1"}) {
            const auto answer = askPatientApi(all_, "GET", std::string(type) + rest);
            QCOMPARE(answer.status, 403);
            QVERIFY(!holdsForeign(answer));
        }
    }
}

void PatientReach::cursorsDoNotCarryOver() {
    const auto first = patientRecords().asClinic("GET", "Observation?_count=1");
    std::string cursor;
    for (const auto& link : first.json.at("link"))
        if (link.at("relation") == "next") cursor = link.at("url").get<std::string>();
    QVERIFY(!cursor.empty());
    const auto answer = askPatientApi(read_, "GET", "Observation?_count=50&" + cursor.substr(cursor.find("_cursor=")));
    QVERIFY(answer.status == 200 || answer.status == 400);
    QVERIFY(!holdsForeign(answer));
    for (const auto& entry : answer.json.value("entry", nlohmann::json::array()))
        QVERIFY(entry.at("resource").at("id").get<std::string>().starts_with("a1-"));
}

/// The second wall: rows of the index that say a record is a1's, while the record says it is a2's.
void PatientReach::aWrongIndexTellsNothing() {
    const auto& records = patientRecords();
    const auto number = records.database().numberOf("t-a");
    QCOMPARE(records.asClinic("PUT", "Observation/a2-index", PatientRecords::observation("a2-index", "a2")).status, 201);
    const auto sql = "FROM index_reference i WHERE i.rid = (SELECT rid FROM resource WHERE id = 'a1-o1')";
    const auto planted = records.database().asTenant(
        number,
        std::string(
            "INSERT INTO index_reference (tenant_id, param, target, type, version, rid) SELECT i.tenant_id, i.param, i.target, i.type, "
            "i.version, (SELECT rid FROM resource WHERE id = 'a2-index') ") +
            sql + " RETURNING 1");
    QVERIFY(planted.size() >= 2);  // subject and patient
    // The index does lead there now: the clinic's own search, which trusts it, finds the record.
    QVERIFY(names(records.asClinic("GET", "Observation?subject=Patient/a1&_count=100")).find("a2-index") != std::string::npos);
    QCOMPARE(askPatientApi(read_, "GET", "Observation/a2-index").status, 404);
    // The event of the one statement says that it was found, the one after it that it was not given.
    QVERIFY(
        (records.database().asTenant(number,
                                     "SELECT outcome, count FROM audit_event WHERE resource_id = 'a2-index' AND agent_kind = 'patient-app' "
                                     "AND interaction = 'read' ORDER BY id") == std::vector<std::string>{"0|1", "4|0"}));
    for (const char* path : {"Observation?_count=100", "Observation?_id=a2-index", "Observation?subject=Patient/a1&_count=100"}) {
        const auto answer = askPatientApi(read_, "GET", path);
        QCOMPARE(answer.status, 200);
        QVERIFY(names(answer).find("a2-index") == std::string::npos);
        QVERIFY(!holdsForeign(answer));
    }
    QCOMPARE(askPatientApi(all_, "DELETE", "Observation/a2-index").status, 403);
    QCOMPARE(records.asClinic("GET", "Observation/a2-index").status, 200);
    QCOMPARE(records.asClinic("DELETE", "Observation/a2-index").status, 204);
    records.database().asTenant(number, "DELETE FROM index_reference WHERE rid = (SELECT rid FROM resource WHERE id = 'a2-index')");
}

POLYCLINIC_TEST(PatientReach)
#include "patient_reach_test.moc"
