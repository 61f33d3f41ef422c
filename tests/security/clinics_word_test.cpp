// What a clinic knows and matches people by stays as the clinic says it: no app of a patient changes it, by whatever road,
// makes or removes the record of a person, or becomes somebody else at the clinic's desk.

#include <QTest>

#include "patient_records.h"
#include "portal_people.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using nlohmann::json;

class ClinicsWord : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void elementsStay_data();
    void elementsStay();
    void aSpellingIsNoChange();
    void labelsStay();
    void noPersonIsMadeOrRemoved();
    void relativesAreNotFoundByNumbersOfAnApp();
    void whatTheClinicOpensIsOpen_data();
    void whatTheClinicOpensIsOpen();
    void theSettingNamesFiveElements();
    void capabilitiesSayIt();
    void codesAskForWhatWasKnownAtTheInvitation_data();
    void codesAskForWhatWasKnownAtTheInvitation();

  private:
    std::string token_;
};

namespace {

const json known{
    {"resourceType", "Patient"},
    {"id", "known"},
    {"extension", {{{"url", "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName"}, {"valueString", "Ortiz"}}}},
    {"identifier", {{{"system", "http://clinic.example/mrn"}, {"value", "M-1"}}}},
    {"active", true},
    {"name", {{{"family", "Known"}, {"given", {"Ada", "María"}}}}},
    {"telecom", {{{"system", "phone"}, {"value", "555-1"}}}},
    {"gender", "female"},
    {"birthDate", "1980-05-03"},
    {"address", {{{"city", "Springfield"}}}},
    {"contact", {{{"name", {{"text", "Friend"}}}}}},
    {"communication", {{{"language", {{"text", "English"}}}}}},
    {"photo", {{{"title", "face"}}}},
    {"generalPractitioner", {{{"reference", "Practitioner/dr"}}}},
    {"managingOrganization", {{"display", "Clinic"}}},
};

json with(json resource, const std::string& member, const json& value) {
    if (value.is_null())
        resource.erase(member);
    else
        resource[member] = value;
    return resource;
}

std::string bundled(const std::string& type, const std::string& method, const std::string& url, const json& resource) {
    json entry{{"request", {{"method", method}, {"url", url}}}};
    if (!resource.is_null()) entry["resource"] = resource;
    return json{{"resourceType", "Bundle"}, {"type", type}, {"entry", {entry}}}.dump();
}

std::string stored(const std::string& path) { return patientRecords().asClinic("GET", path).body; }
int countOf(const std::string& type) { return patientRecords().asClinic("GET", type + "?_summary=count").json.at("total"); }

/// Whether the refusal names the element, in its sentence and as a place.
bool names(const json& outcome, const std::string& element) {
    const auto& issue = outcome.at("issue")[0];
    return issue.at("code") == "forbidden" && issue.at("expression")[0] == element &&
           issue.at("diagnostics").get<std::string>().starts_with(element + " ");
}

}  // namespace

void ClinicsWord::initTestCase() {
    QCOMPARE(patientRecords().asClinic("PUT", "Patient/known", known.dump()).status, 201);
    token_ = patientRecords().token("patient/*.cruds", "known");
}

void ClinicsWord::elementsStay_data() {
    QTest::addColumn<QString>("member");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("element");
    const auto row = [](const char* member, const json& value, const char* element) {
        QTest::addRow("%s %s", member, value.dump().substr(0, 40).c_str()) << member << QString::fromStdString(value.dump()) << element;
    };
    const json nothing;
    row("identifier", {{{"system", "http://clinic.example/mrn"}, {"value", "M-2"}}}, "Patient.identifier");
    row("identifier", {{{"system", "http://clinic.example/mrn"}, {"value", "M-1"}}, {{"value", "M-2"}}}, "Patient.identifier");
    row("identifier", nothing, "Patient.identifier");
    row("birthDate", "1981-05-03", "Patient.birthDate");
    row("birthDate", nothing, "Patient.birthDate");
    row("_birthDate",
        {{"extension",
          {{{"url", "http://hl7.org/fhir/StructureDefinition/patient-birthTime"}, {"valueDateTime", "1980-05-03T10:00:00Z"}}}}},
        "Patient.birthDate");
    row("name", {{{"family", "Known"}, {"given", {"María", "Ada"}}}}, "Patient.name");
    row("name", nothing, "Patient.name");
    row("active", false, "Patient.active");
    row("active", nothing, "Patient.active");
    row("link", {{{"other", {{"reference", "Patient/known"}}}, {"type", "seealso"}}}, "Patient.link");
    row("link", {{{"other", {{"reference", "RelatedPerson/nobody"}}}, {"type", "seealso"}}}, "Patient.link");
    row("deceasedBoolean", true, "Patient.deceased");
    row("deceasedDateTime", "2020-01-01", "Patient.deceased");
    row("managingOrganization", {{"display", "Another"}}, "Patient.managingOrganization");
    row("generalPractitioner", {{{"reference", "Practitioner/other"}}}, "Patient.generalPractitioner");
    row("gender", "male", "Patient.gender");
    row("multipleBirthInteger", 2, "Patient.multipleBirth");
    row("maritalStatus", {{"text", "x"}}, "Patient.maritalStatus");
    row("extension", nothing, "Patient.extension");
    row("text", {{"status", "generated"}, {"div", "<div xmlns=\"http://www.w3.org/1999/xhtml\">Somebody else</div>"}}, "Patient.text");
    row("contained", {{{"resourceType", "Organization"}, {"id", "o"}, {"name", "x"}}}, "Patient.contained");
    // What a search or a condition can find a person by as well.
    row("meta", {{"tag", {{{"system", "http://clinic.example/feed"}, {"code", "M-2"}}}}}, "Patient.meta");
    row("meta", {{"source", "http://clinic.example/feed#M-2"}}, "Patient.meta");
    row("meta", {{"profile", {"http://clinic.example/member"}}}, "Patient.meta");
    row("meta", {{"security", {{{"code", "R"}}}}}, "Patient.meta");
    row("meta", {{"extension", {{{"url", "http://clinic.example/mrn"}, {"valueString", "M-2"}}}}}, "Patient.meta");
    // Closed until the clinic opens them.
    row("telecom", {{{"system", "phone"}, {"value", "555-2"}}}, "Patient.telecom");
    row("address", {{{"city", "Shelbyville"}}}, "Patient.address");
    row("contact", nothing, "Patient.contact");
    row("communication", nothing, "Patient.communication");
    row("photo", {{{"title", "another face"}}}, "Patient.photo");
}

void ClinicsWord::elementsStay() {
    QFETCH(QString, member);
    QFETCH(QString, value);
    QFETCH(QString, element);
    const auto changed = with(known, member.toStdString(), json::parse(value.toStdString()));
    const auto before = stored("Patient/known"), history = stored("Patient/known/_history");
    const auto place = element.toStdString();
    const auto put = askPatientApi(token_, "PUT", "Patient/known", changed.dump());
    QVERIFY2(put.status == 403 && names(put.json, place), (std::to_string(put.status) + put.told()).c_str());
    const auto transaction = askPatientApi(token_, "POST", "", bundled("transaction", "PUT", "Patient/known", changed));
    QVERIFY2(transaction.status == 403 && names(transaction.json, place), transaction.told().c_str());
    const auto batch = askPatientApi(token_, "POST", "", bundled("batch", "PUT", "Patient/known", changed));
    QCOMPARE(batch.status, 200);
    const auto& response = batch.json.at("entry")[0].at("response");
    QVERIFY2(response.at("status").get<std::string>().starts_with("403") && names(response.at("outcome"), place), batch.told().c_str());
    for (const char* condition : {"Patient?identifier=M-1", "Patient?_id=known"}) {
        QVERIFY(askPatientApi(token_, "PUT", condition, changed.dump()).status >= 400);
        const auto entry = askPatientApi(token_, "POST", "", bundled("transaction", "PUT", condition, changed));
        QVERIFY2(entry.status >= 400, entry.told().c_str());
    }
    QVERIFY(stored("Patient/known") == before);
    QVERIFY(stored("Patient/known/_history") == history);
}

/// An app that sends back what it read, as it likes to spell it, has changed nothing.
void ClinicsWord::aSpellingIsNoChange() {
    const auto read = askPatientApi(token_, "GET", "Patient/known");
    QCOMPARE(read.status, 200);
    QCOMPARE(askPatientApi(token_, "PUT", "Patient/known", read.body).status, 200);
    // Members in another order, escapes for letters, blanks between, and the address instead of the relative reference.
    std::string spelled = "{\n";
    for (auto member = read.json.rbegin(); member != read.json.rend(); ++member)
        if (member.key() != "meta" && member.key() != "generalPractitioner")
            spelled += json(member.key()).dump() + " : " + member.value().dump(1, ' ', true) + ",\n";
    spelled += R"("generalPractitioner":[{"reference":")" + patientRecords().api() + R"(/Practitioner/dr"}]})";
    QVERIFY(spelled.find("Mar\\u00eda") != spelled.npos);
    const auto put = askPatientApi(token_, "PUT", "Patient/known", spelled);
    QVERIFY2(put.status == 200, put.told().c_str());
    QCOMPARE(askPatientApi(token_, "POST", "", bundled("transaction", "PUT", "Patient/known", read.json)).status, 200);
}

/// Labels that the clinic gave stay too, whatever an app sends or leaves out.
void ClinicsWord::labelsStay() {
    auto labelled = known;
    labelled["id"] = "labelled";
    labelled["meta"] = {{"tag", {{{"system", "http://clinic.example/feed"}, {"code", "M-3"}}}}, {"security", {{{"code", "R"}}}}};
    QCOMPARE(patientRecords().asClinic("PUT", "Patient/labelled", labelled.dump()).status, 201);
    const auto token = patientRecords().token("patient/*.cruds", "labelled");
    const auto before = stored("Patient/labelled");
    for (const json& meta : {json(), json{{"tag", labelled["meta"]["tag"]}}, json{{"security", labelled["meta"]["security"]}}}) {
        const auto put = askPatientApi(token, "PUT", "Patient/labelled", with(labelled, "meta", meta).dump());
        QVERIFY2(put.status == 403 && names(put.json, "Patient.meta"), put.told().c_str());
    }
    QVERIFY(stored("Patient/labelled") == before);
    QCOMPARE(askPatientApi(token, "PUT", "Patient/labelled", before).status, 200);
}

void ClinicsWord::noPersonIsMadeOrRemoved() {
    const auto patients = countOf("Patient"), people = countOf("Person");
    const json person{{"resourceType", "Person"}, {"id", "hers"}, {"link", {{{"target", {{"reference", "Patient/known"}}}}}}};
    QCOMPARE(patientRecords().asClinic("PUT", "Person/hers", person.dump()).status, 201);
    const auto before = stored("Patient/known"), hers = stored("Person/hers");
    const auto refused = [&](const std::string& method, const std::string& path, const json& body) {
        const auto alone = askPatientApi(token_, method, path, body.is_null() ? "" : body.dump());
        QVERIFY2(alone.status == 403, (method + " " + path + " " + std::to_string(alone.status)).c_str());
        QCOMPARE(askPatientApi(token_, "POST", "", bundled("transaction", method, path, body)).status, 403);
        const auto batch = askPatientApi(token_, "POST", "", bundled("batch", method, path, body));
        QVERIFY(batch.json.at("entry")[0].at("response").at("status").get<std::string>().starts_with("403"));
    };
    refused("POST", "Patient", known);
    refused("POST", "Patient", json{{"resourceType", "Patient"}});
    refused("DELETE", "Patient/known", json());
    refused("DELETE", "Patient/a2", json());
    refused("DELETE", "Patient/no-such", json());
    refused("POST", "Person", person);
    refused("DELETE", "Person/hers", json());
    auto twin = person;
    twin["identifier"] = {{{"value", "M-9"}}};
    refused("PUT", "Person/hers", twin);
    QCOMPARE(askPatientApi(token_, "POST", "Patient", known.dump(), {{"If-None-Exist", "identifier=M-7"}}).status, 403);
    QCOMPARE(countOf("Patient"), patients);
    QCOMPARE(countOf("Person"), people + 1);
    QVERIFY(stored("Patient/known") == before);
    QVERIFY(stored("Person/hers") == hers);
}

/// An app may write down who her daughter is; the numbers that other systems find people by are not its to give.
void ClinicsWord::relativesAreNotFoundByNumbersOfAnApp() {
    const json daughter{{"resourceType", "RelatedPerson"}, {"patient", {{"reference", "Patient/known"}}}, {"name", {{{"text", "Eva"}}}}};
    const json numbered = with(daughter, "identifier", {{{"system", "http://clinic.example/mrn"}, {"value", "M-5"}}});
    const auto refused = askPatientApi(token_, "POST", "RelatedPerson", numbered.dump());
    QVERIFY2(refused.status == 403 && names(refused.json, "RelatedPerson.identifier"), refused.told().c_str());
    QCOMPARE(askPatientApi(token_, "POST", "", bundled("transaction", "POST", "RelatedPerson", numbered)).status, 403);
    QCOMPARE(askPatientApi(token_, "POST", "RelatedPerson", numbered.dump(), {{"If-None-Exist", "identifier=M-5"}}).status, 403);
    QCOMPARE(countOf("RelatedPerson"), 0);
    const auto made = askPatientApi(token_, "POST", "RelatedPerson", daughter.dump());
    QVERIFY2(made.status == 201, made.told().c_str());
    const std::string path = "RelatedPerson/" + made.json.at("id").get<std::string>();
    const auto id = made.json.at("id");
    QCOMPARE(askPatientApi(token_, "PUT", path, with(numbered, "id", id).dump()).status, 403);
    QCOMPARE(askPatientApi(token_, "PUT", path, with(with(daughter, "id", id), "name", {{{"text", "Eve"}}}).dump()).status, 200);
    QCOMPARE(patientRecords().asClinic("GET", "RelatedPerson?identifier=M-5").json.at("total").get<int>(), 0);
    // The clinic's own number stays, and the rest is still hers to change.
    QCOMPARE(patientRecords().asClinic("PUT", path, with(numbered, "id", id).dump()).status, 200);
    QCOMPARE(askPatientApi(token_, "PUT", path, with(daughter, "id", id).dump()).status, 403);
    QCOMPARE(askPatientApi(token_, "PUT", path, with(with(numbered, "id", id), "name", {{{"text", "Eva M"}}}).dump()).status, 200);
}

void ClinicsWord::whatTheClinicOpensIsOpen_data() {
    QTest::addColumn<QString>("element");
    for (const char* element : {"address", "communication", "contact", "photo", "telecom"}) QTest::newRow(element) << element;
}

void ClinicsWord::whatTheClinicOpensIsOpen() {
    QFETCH(QString, element);
    const auto open = element.toStdString();
    const auto& clinic = shortServer().a;
    const auto path = "/admin/api/Tenant/" + clinic.id;
    auto tenant = operate(shortServer().process, "GET", path).json;
    tenant["patientApps"] = {{"mayChange", {open}}};
    const auto set = operate(shortServer().process, "PUT", path, tenant);
    QVERIFY2(set.status == 200, set.told().c_str());
    QVERIFY(operate(shortServer().process, "GET", path).json.at("patientApps") == json({{"mayChange", {open}}}));
    auto mine = patientRecords().asClinic("GET", "Patient/known").json;
    for (const char* other : {"address", "communication", "contact", "photo", "telecom", "name"}) {
        const auto answer = askPatientApi(token_, "PUT", "Patient/known", with(mine, other, json()).dump());
        QVERIFY2(answer.status == (open == other ? 200 : 403), (std::string(other) + answer.told()).c_str());
    }
    QVERIFY(!patientRecords().asClinic("GET", "Patient/known").json.contains(open));
    QCOMPARE(patientRecords().asClinic("PUT", "Patient/known", known.dump()).status, 200);
    tenant.erase("patientApps");
    QCOMPARE(operate(shortServer().process, "PUT", path, tenant).status, 200);
    QVERIFY(!operate(shortServer().process, "GET", path).json.contains("patientApps"));
    mine = patientRecords().asClinic("GET", "Patient/known").json;
    QCOMPARE(askPatientApi(token_, "PUT", "Patient/known", with(mine, open, json()).dump()).status, 403);
}

void ClinicsWord::theSettingNamesFiveElements() {
    const auto path = "/admin/api/Tenant/" + shortServer().b.id;
    const auto before = operate(shortServer().process, "GET", path).json;
    for (const json& wrong : {json("telecom"), json{{"mayChange", "telecom"}}, json{{"mayChange", {"identifier"}}},
                              json{{"mayChange", {"telecom", "telecom"}}}, json{{"mayChange", {7}}}, json{{"may", {"telecom"}}}}) {
        auto tenant = before;
        tenant["patientApps"] = wrong;
        const auto answer = operate(shortServer().process, "PUT", path, tenant);
        QVERIFY2(answer.status == 422, (wrong.dump() + answer.told()).c_str());
        QVERIFY(answer.json.at("issue")[0].at("expression")[0].get<std::string>().starts_with("Tenant.patientApps"));
    }
    QVERIFY(operate(shortServer().process, "GET", path).json == before);
}

void ClinicsWord::capabilitiesSayIt() {
    const auto statement = http("GET", patientRecords().api() + "/metadata").json;
    for (const auto& resource : statement.at("rest")[0].at("resource")) {
        if (resource.at("type") != "Patient" && resource.at("type") != "Person") continue;
        for (const auto& interaction : resource.at("interaction"))
            QVERIFY(interaction.at("code") != "create" && interaction.at("code") != "delete");
        QVERIFY(resource.at("conditionalCreate") == false);
    }
}

void ClinicsWord::codesAskForWhatWasKnownAtTheInvitation_data() {
    QTest::addColumn<bool>("own");
    QTest::addColumn<bool>("earlier");  // an account that an earlier version made
    QTest::newRow("shared") << false << false;
    QTest::newRow("own database") << true << false;
    QTest::newRow("shared, made by an earlier version") << false << true;
}

void ClinicsWord::codesAskForWhatWasKnownAtTheInvitation() {
    QFETCH(bool, own);
    QFETCH(bool, earlier);
    const auto& clinic = own ? shortServer().own : shortServer().b;
    const std::string name = earlier ? "cw-earlier" : "cw-now";
    PortalVisitor visitor(clinic, earlier ? "127.41.0.1" : "127.41.0.2");
    auto person = invited(clinic, name);
    const auto path = clinic.fhir + "/Patient/" + person.patient;
    auto record = http("GET", path, bearer(clinic.token)).json;
    // Whoever it was that wrote another date into the record.
    record["birthDate"] = "1999-09-09";
    QCOMPARE(http("PUT", path, bearerJson(clinic.token), record.dump()).status, 200);
    if (earlier) patientRecords().database().asSuperuser("UPDATE account SET second_fact = NULL WHERE id = '" + person.account + "'");
    QVERIFY(visitor.useCode(person.code, "1999-09-09", good).status != 303);
    QVERIFY(visitor.session().empty());
    QCOMPARE(visitor.useCode(person.code, born, good).status, 303);
    QVERIFY(visitor.isSignedIn());
    PortalVisitor other(clinic, earlier ? "127.41.0.3" : "127.41.0.4");
    const auto code = resetCode(clinic, person);
    QVERIFY(other.useCode(code, "1999-09-09", better).status != 303);
    QCOMPARE(other.useCode(code, born, better).status, 303);
    // Invited anew, a person is asked for what the record says then.
    const auto second = invited(clinic, name + "-2");
    auto next = http("GET", clinic.fhir + "/Patient/" + second.patient, bearer(clinic.token)).json;
    next["birthDate"] = "1980-05-04";
    QCOMPARE(http("PUT", clinic.fhir + "/Patient/" + second.patient, bearerJson(clinic.token), next.dump()).status, 200);
    const auto again = office(clinic, "POST", "Account/" + second.account + "/$invite");
    QCOMPARE(again.status, 200);
    PortalVisitor third(clinic, earlier ? "127.41.0.5" : "127.41.0.6");
    QVERIFY(third.useCode(again.json["activation"]["code"], born, good).status != 303);
    QCOMPARE(third.useCode(again.json["activation"]["code"], "1980-05-04", good).status, 303);
}

POLYCLINIC_TEST(ClinicsWord)
#include "clinics_word_test.moc"
