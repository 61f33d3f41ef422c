// A record that says whom it is about is that patient's alone: whoever performed, wrote, recorded or pays does not see it by
// that, on any road; and a record that was put right by the clinic is gone for the one whom it was filed under, past and all.

#include <QTest>
#include <set>

#include "base/encoding.h"
#include "patient_records.h"
#include "portal_people.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using nlohmann::json;

class WhoseRecord : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void everyRoadSaysTheSame_data();
    void everyRoadSaysTheSame();
    void countsAndPagesLeaveOthersOut();
    void conditionsDoNotReachOthers_data();
    void conditionsDoNotReachOthers();
    void whatIsOfBothIsSeenByBoth();
    void aRecordThatMovedIsGoneWithItsPast();
    void aRecordThatMovedAndWasDeletedIsGoneToo();
    void aDatabaseOfItsOwnIsNoExit();

  private:
    std::string one_, two_;
};

namespace {

struct Case {
    const char *name, *type, *body;  // without resourceType, id, identifier
    bool hers;                       // a1's
};

// A1 stands for a reference to Patient/a1, A2 for one to a2.
constexpr Case cases[] = {
    {"performed", "Observation", R"("status":"final","code":{"text":"x"},"subject":A2,"performer":[A1])", false},
    {"performed, about a group", "Observation",
     R"("status":"final","code":{"text":"x"},"subject":{"reference":"Group/g"},"performer":[A1])", false},
    {"performed, about somebody without a record", "Observation",
     R"("status":"final","code":{"text":"x"},"subject":{"display":"somebody"},"performer":[A1])", false},
    {"performed, about nobody", "Observation", R"("status":"final","code":{"text":"x"},"performer":[A1])", true},
    {"about her, another performed", "Observation", R"("status":"final","code":{"text":"x"},"subject":A1,"performer":[A2])", true},
    {"asserted", "Condition", R"("subject":A2,"asserter":A1)", false},
    {"asserted, about a group", "Condition", R"("subject":{"reference":"Group/g"},"asserter":A1)", false},
    {"recorded", "AllergyIntolerance", R"("patient":A2,"recorder":A1)", false},
    {"wrote", "Composition", R"("status":"final","type":{"text":"x"},"date":"2020-01-01","title":"x","subject":A2,"author":[A1])", false},
    {"wrote, about nobody", "Composition", R"("status":"final","type":{"text":"x"},"date":"2020-01-01","title":"x","author":[A1])", true},
    {"sent", "Communication", R"("status":"completed","subject":A2,"sender":A1)", false},
    {"was told", "Communication", R"("status":"completed","subject":A2,"recipient":[A1])", false},
    {"sent, about nobody", "Communication", R"("status":"completed","sender":A1)", true},
    {"asks for it", "CommunicationRequest", R"("status":"active","subject":A2,"requester":A1)", false},
    {"pays", "Coverage", R"("status":"active","beneficiary":A2,"payor":[A1])", false},
    {"subscribes", "Coverage",
     R"("status":"active","beneficiary":A2,"subscriber":A1,"policyHolder":A1,"payor":[{"reference":"Organization/o"}])", false},
    {"is covered, another pays", "Coverage", R"("status":"active","beneficiary":A1,"payor":[A2])", true},
    {"takes part in a plan", "CarePlan",
     R"("status":"active","intent":"plan","subject":A2,"activity":[{"detail":{"status":"scheduled","performer":[A1]}}])", false},
    {"takes part in a team", "CareTeam", R"("subject":A2,"participant":[{"member":A1}])", false},
    {"takes part in a request", "RequestGroup", R"("status":"active","intent":"plan","subject":A2,"action":[{"participant":[A1]}])", false},
    {"did it to another", "Procedure", R"("status":"completed","subject":A2,"performer":[{"actor":A1}])", false},
    {"is asked to do it", "ServiceRequest", R"("status":"active","intent":"order","subject":A2,"performer":[A1])", false},
    {"answered for another", "QuestionnaireResponse", R"("status":"completed","subject":A2,"author":A1)", false},
    {"listed", "List", R"("status":"current","mode":"working","subject":A2,"source":A1)", false},
    {"receives another's medicine", "MedicationDispense",
     R"("status":"completed","medicationCodeableConcept":{"text":"x"},"subject":A2,"receiver":[A1])", false},
    {"wrote a document", "DocumentReference", R"("status":"current","subject":A2,"author":[A1],"content":[{"attachment":{"title":"x"}}])",
     false},
    {"wrote something", "Basic", R"("code":{"text":"x"},"subject":A2,"author":A1)", false},
    {"is billed for another", "Invoice", R"("status":"issued","subject":A2,"recipient":A1)", false},
    {"is in a study", "ResearchSubject", R"("status":"candidate","study":{"reference":"ResearchStudy/s"},"individual":A1)", true},
    {"another is in a study", "ResearchSubject", R"("status":"candidate","study":{"reference":"ResearchStudy/s"},"individual":A2)", false},
};

std::string idOf(std::size_t index) { return "whose-" + std::to_string(index); }

std::string bodyOf(const Case& one, const std::string& id) {
    std::string text = std::string(R"({"resourceType":")") + one.type + R"(","id":")" + id +
                       R"(","identifier":[{"system":"http://x.org/whose","value":")" + id + R"("}],)" + one.body + "}";
    if (std::string_view(one.type) == "QuestionnaireResponse" ||
        std::string_view(one.type) == "Composition") {  // theirs is one, not a list
        const auto at = text.find("[{\"system\""), end = text.find("}]", at);
        text = text.substr(0, at) + text.substr(at + 1, end - at) + text.substr(end + 2);
    }
    for (const auto& [mark, patient] : {std::pair<std::string, std::string>{"A1", "a1"}, {"A2", "a2"}})
        for (std::size_t at; (at = text.find(':' + mark)) != text.npos || (at = text.find('[' + mark)) != text.npos;)
            text.replace(at + 1, 2, R"({"reference":"Patient/)" + patient + "\"}");
    return text;
}

HttpAnswer asked(const std::string& token, const std::string& path) { return askPatientApi(token, "GET", path); }

std::string transactionOf(const std::string& method, const std::string& url, const std::string& resource, const std::string& more = {}) {
    return R"({"resourceType":"Bundle","type":"transaction","entry":[{)" + (resource.empty() ? "" : R"("resource":)" + resource + ",") +
           R"("request":{"method":")" + method + R"(","url":")" + url + "\"" + more + "}}]}";
}

/// Versions that a history shows, as "3 2d 1".
std::string versionsOf(const HttpAnswer& answer) {
    if (answer.status != 200) return std::to_string(answer.status);
    std::string text;
    for (const auto& entry : answer.json.at("entry")) {
        const std::string tag = entry.at("response").at("etag");
        text += (text.empty() ? "" : " ") + tag.substr(3, tag.size() - 4) + (entry.contains("resource") ? "" : "d");
    }
    return text;
}

}  // namespace

void WhoseRecord::initTestCase() {
    one_ = patientRecords().token("patient/*.cruds", "a1");
    two_ = patientRecords().token("patient/*.cruds", "a2");
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        const auto kept = patientRecords().asClinic("PUT", std::string(cases[i].type) + "/" + idOf(i), bodyOf(cases[i], idOf(i)));
        QVERIFY2(kept.status == 201, (bodyOf(cases[i], idOf(i)) + kept.told()).c_str());
    }
}

void WhoseRecord::everyRoadSaysTheSame_data() {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < std::size(cases); ++i) QTest::addRow("%s: %s", cases[i].type, cases[i].name) << int(i);
}

void WhoseRecord::everyRoadSaysTheSame() {
    QFETCH(int, index);
    const auto& one = cases[index];
    const auto id = idOf(std::size_t(index));
    const std::string type = one.type, path = type + "/" + id;
    const int status = one.hers ? 200 : 404;
    QCOMPARE(asked(one_, path).status, status);
    QCOMPARE(askPatientApi(one_, "HEAD", path).status, status);
    QCOMPARE(asked(one_, path + "/_history/1").status, status);
    QCOMPARE(asked(one_, path + "/_history").status, status);
    if (!one.hers) QCOMPARE(comparable(asked(one_, path), id), comparable(asked(one_, type + "/no-such"), "no-such"));
    const int found = one.hers ? 1 : 0;
    QCOMPARE(asked(one_, type + "?_id=" + id).json.at("total").get<int>(), found);
    QCOMPARE(asked(one_, type + "?_id=" + id + "&_summary=count").json.at("total").get<int>(), found);
    if (type != "Composition" && type != "QuestionnaireResponse" && type != "Basic")
        QCOMPARE(asked(one_, type + "?identifier=" + id + "&_summary=count").json.at("total").get<int>(), found);
    QCOMPARE(asked(one_, type + "?_count=100").body.find('"' + id + '"') != std::string::npos, one.hers);
    QCOMPARE(asked(one_, type + "?_count=100&_sort=-_lastUpdated").body.find('"' + id + '"') != std::string::npos, one.hers);
    const auto inBundle = askPatientApi(one_, "POST", "", transactionOf("GET", path, ""));
    QVERIFY(inBundle.json.at("entry")[0].at("response").at("status").get<std::string>().starts_with(std::to_string(status)));
    if (one.hers) return;
    // What it is not told of it cannot change or remove either.
    const auto before = patientRecords().asClinic("GET", path).body;
    auto taken = json::parse(before);
    taken.erase("meta");
    QVERIFY(askPatientApi(one_, "PUT", path, taken.dump()).status >= 400);
    QCOMPARE(askPatientApi(one_, "DELETE", path).status, 204);
    QVERIFY(patientRecords().asClinic("GET", path).body == before);
    QCOMPARE(asked(two_, path).status, before.find("Patient/a2") != before.npos ? 200 : 404);
}

void WhoseRecord::countsAndPagesLeaveOthersOut() {
    for (const char* query : {"performer=Patient/a1", "performer=a1", "subject:missing=false&performer=Patient/a1",
                              "performer=Patient/a1&_sort=-date", "status=final&performer=Patient/a1"}) {
        // Of those that she performed only the one that is about nobody.
        const auto counted = asked(one_, std::string("Observation?") + query + "&_summary=count");
        QCOMPARE(counted.status, 200);
        const int expected = std::string_view(query).starts_with("subject:missing=false") ? 0 : 1;
        QVERIFY2(counted.json.at("total") == expected, (std::string(query) + counted.body).c_str());
        std::set<std::string> shown;
        const auto page = asked(one_, std::string("Observation?") + query);
        for (const auto& entry : page.json.value("entry", json::array())) shown.insert(entry["resource"]["id"].get<std::string>());
        QCOMPARE(shown, expected ? std::set<std::string>{idOf(3)} : std::set<std::string>());
    }
    QCOMPARE(patientRecords().asClinic("GET", "Observation?performer=Patient/a1&_summary=count").json.at("total").get<int>(), 4);
}

void WhoseRecord::conditionsDoNotReachOthers_data() {
    QTest::addColumn<int>("index");
    for (const int index : {0, 1, 3, 4}) QTest::addRow("%s", cases[index].name) << index;
}

void WhoseRecord::conditionsDoNotReachOthers() {
    QFETCH(int, index);
    const auto id = idOf(std::size_t(index));
    const bool hers = cases[index].hers;
    auto own = json::parse(PatientRecords::observation("", "a1", "whose"));
    const auto criteria = "identifier=http://x.org/whose|" + id;
    const auto unless = askPatientApi(one_, "POST", "Observation", own.dump(), {{"If-None-Exist", criteria}});
    QCOMPARE(unless.status, hers ? 200 : 201);
    const auto inBundle =
        askPatientApi(one_, "POST", "", transactionOf("POST", "Observation", own.dump(), R"(,"ifNoneExist":")" + criteria + "\""));
    QVERIFY(inBundle.json.at("entry")[0].at("response").at("status").get<std::string>().starts_with(hers ? "200" : "201"));
    own["hasMember"] = {{{"reference", "Observation?" + criteria}}};
    QCOMPARE(askPatientApi(one_, "POST", "", transactionOf("POST", "Observation", own.dump())).status, hers ? 200 : 412);
}

/// Types that do not say whom they are about: who takes part sees them.
void WhoseRecord::whatIsOfBothIsSeenByBoth() {
    const std::string visit =
        R"({"resourceType":"Appointment","id":"whose-both","status":"booked","participant":[{"actor":{"reference":"Patient/a1"},"status":"accepted"},{"actor":{"reference":"Patient/a2"},"status":"accepted"}]})";
    const std::string other =
        R"({"resourceType":"Appointment","id":"whose-other","status":"booked","participant":[{"actor":{"reference":"Patient/a2"},"status":"accepted"}]})";
    const std::string account =
        R"({"resourceType":"Account","id":"whose-both","status":"active","subject":[{"reference":"Patient/a2"},{"reference":"Patient/a1"}]})";
    QCOMPARE(patientRecords().asClinic("PUT", "Appointment/whose-both", visit).status, 201);
    QCOMPARE(patientRecords().asClinic("PUT", "Appointment/whose-other", other).status, 201);
    QCOMPARE(patientRecords().asClinic("PUT", "Account/whose-both", account).status, 201);
    for (const auto& token : {one_, two_})
        for (const char* path :
             {"Appointment/whose-both", "Account/whose-both", "Appointment/whose-both/_history/1", "Account/whose-both/_history"})
            QCOMPARE(asked(token, path).status, 200);
    QCOMPARE(asked(one_, "Appointment/whose-other").status, 404);
    QCOMPARE(asked(two_, "Appointment/whose-other").status, 200);
}

void WhoseRecord::aRecordThatMovedIsGoneWithItsPast() {
    const auto file = [](const std::string& patient, int status) {
        QCOMPARE(patientRecords().asClinic("PUT", "Observation/moved", PatientRecords::observation("moved", patient)).status, status);
    };
    const auto seen = [](const std::string& token) {
        std::string text = std::to_string(asked(token, "Observation/moved").status) + ":";
        for (const char* version : {"1", "2", "3", "4"})
            text += ' ' + std::to_string(asked(token, std::string("Observation/moved/_history/") + version).status);
        return text + "; " + versionsOf(asked(token, "Observation/moved/_history"));
    };
    file("a1", 201);
    QCOMPARE(seen(one_), std::string("200: 200 404 404 404; 1"));
    QCOMPARE(seen(two_), std::string("404: 404 404 404 404; 404"));
    file("a2", 200);
    QCOMPARE(seen(one_), std::string("404: 404 404 404 404; 404"));
    QCOMPARE(seen(two_), std::string("200: 404 200 404 404; 2"));
    QVERIFY(!holdsForeign(asked(one_, "Observation/moved/_history")));
    file("a1", 200);
    QCOMPARE(seen(one_), std::string("200: 200 404 200 404; 3 1"));
    QCOMPARE(seen(two_), std::string("404: 404 404 404 404; 404"));
    QVERIFY(!holdsForeign(asked(one_, "Observation/moved/_history")));
    QCOMPARE(patientRecords().asClinic("DELETE", "Observation/moved").status, 204);
    QCOMPARE(seen(one_), std::string("410: 200 404 200 410; 4d 3 1"));
    QCOMPARE(seen(two_), std::string("404: 404 404 404 404; 404"));
    QCOMPARE(versionsOf(patientRecords().asClinic("GET", "Observation/moved/_history")), std::string("4d 3 2 1"));
}

void WhoseRecord::aRecordThatMovedAndWasDeletedIsGoneToo() {
    QCOMPARE(patientRecords().asClinic("PUT", "Observation/lost", PatientRecords::observation("lost", "a1")).status, 201);
    QCOMPARE(patientRecords().asClinic("PUT", "Observation/lost", PatientRecords::observation("lost", "a2")).status, 200);
    QCOMPARE(patientRecords().asClinic("DELETE", "Observation/lost").status, 204);
    for (const char* path : {"Observation/lost", "Observation/lost/_history", "Observation/lost/_history/1", "Observation/lost/_history/2",
                             "Observation/lost/_history/3"}) {
        QCOMPARE(asked(one_, path).status, 404);
        QVERIFY(!holdsForeign(asked(one_, path)));
    }
    QCOMPARE(asked(two_, "Observation/lost").status, 410);
    QCOMPARE(versionsOf(asked(two_, "Observation/lost/_history")), std::string("3d 2"));
}

void WhoseRecord::aDatabaseOfItsOwnIsNoExit() {
    auto& server = shortServer();
    const std::string scope = "launch/patient patient/*.cruds";
    const auto app = registerApp(server.process, server.own, false, scope);
    const auto person = signedInPerson(server.process, server.own, "whose");
    const std::string token = tokensFor(server.own, person, app, scope).at("access_token");
    const auto put = [&](const std::string& id, const std::string& subject) {
        const auto body = R"({"resourceType":"Observation","id":")" + id +
                          R"(","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/)" + subject +
                          R"("},"performer":[{"reference":"Patient/whose"}]})";
        return http("PUT", server.own.fhir + "/Observation/" + id, bearerJson(server.own.token), body).status;
    };
    QCOMPARE(put("of-another", "another"), 201);
    QCOMPARE(put("of-her", "whose"), 201);
    const auto base = patientApi(server.own) + "/Observation";
    for (const char* path : {"", "/_history/1", "/_history"}) {
        QCOMPARE(http("GET", base + "/of-another" + path, bearer(token)).status, 404);
        QCOMPARE(http("GET", base + "/of-her" + path, bearer(token)).status, 200);
    }
    QCOMPARE(http("GET", base + "?performer=Patient/whose&_summary=count", bearer(token)).json.at("total").get<int>(), 1);
}

POLYCLINIC_TEST(WhoseRecord)
#include "whose_record_test.moc"
