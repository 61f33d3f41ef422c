#include <QTest>
#include <set>

#include "base/encoding.h"
#include "corpus.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/extract.h"
#include "fhir/search/parameters.h"
#include "test_case.h"

using namespace polyclinic;
using json::Document;

class CompartmentTest : public QObject {
    Q_OBJECT
  private slots:
    void typesAreThoseOfHl7();
    void parametersAreThoseOfHl7();
    void whoseItIs_data();
    void whoseItIs();
    void nobodyHasNothing();
    void namesOthers_data();
    void namesOthers();
    void indexAndContentSayTheSame();
};

namespace {

constexpr const char* base = "https://clinic.example/tenant/a/fhir-api";

}  // namespace

void CompartmentTest::typesAreThoseOfHl7() {
    int inside = 0;
    for (const auto type : fhir::Definitions::r4().resourceTypes()) inside += fhir::hasPatientCompartment(type);
    QCOMPARE(inside, 66);  // R4's 66, without Group and with Device
    for (const char* type : {"Patient", "Observation", "Person", "Schedule", "AuditEvent", "Device"})
        QVERIFY(fhir::hasPatientCompartment(type));
    for (const char* type : {"Group", "Binary", "Bundle", "Parameters", "Task", "Subscription", "Practitioner", "Linkage", "Nothing", ""})
        QVERIFY(!fhir::hasPatientCompartment(type));
}

void CompartmentTest::parametersAreThoseOfHl7() {
    const auto of = [](const char* type) {
        const auto span = fhir::patientParameters(type);
        return std::set<std::int32_t>(span.begin(), span.end());
    };
    const auto named = [](const char* type, std::initializer_list<const char*> codes) {
        std::set<std::int32_t> ids;
        for (const auto* code : codes) ids.insert(fhir::parameterId(type, code));
        return ids;
    };
    QVERIFY(of("Observation") == named("Observation", {"subject", "performer"}));
    QVERIFY(of("AllergyIntolerance") == named("AllergyIntolerance", {"patient", "recorder", "asserter"}));
    QVERIFY(of("Coverage") == named("Coverage", {"policy-holder", "subscriber", "beneficiary", "payor"}));
    QVERIFY(of("Device") == named("Device", {"patient"}));
    QVERIFY(of("Patient").empty());
    QVERIFY(of("Group").empty());
}

void CompartmentTest::whoseItIs_data() {
    QTest::addColumn<QString>("resource");
    QTest::addColumn<bool>("isTheirs");
    const auto row = [](const char* resource, bool isTheirs) { QTest::newRow(resource) << QString(resource) << isTheirs; };
    row(R"({"resourceType":"Patient","id":"a1"})", true);
    row(R"({"resourceType":"Patient","id":"a2"})", false);
    row(R"({"resourceType":"Patient","id":"a2","link":[{"other":{"reference":"Patient/a1"},"type":"seealso"}]})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":"Patient/a1"}})", true);
    row(R"({"resourceType":"Observation","subject":{"reference":"Patient/a2"}})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":"Patient/a2"},"performer":[{"reference":"Practitioner/a1"},{"reference":"Patient/a1"}]})",
        false);
    row(R"({"resourceType":"Observation","performer":[{"reference":"Patient/a1"}]})", true);
    row(R"({"resourceType":"Observation","subject":{"reference":"Patient/a1"},"performer":[{"reference":"Patient/a2"}]})", true);
    row(R"({"resourceType":"Observation","subject":{"reference":"Group/g"},"performer":[{"reference":"Patient/a1"}]})", false);
    row(R"({"resourceType":"Observation","subject":{"display":"somebody"},"performer":[{"reference":"Patient/a1"}]})", false);
    row(R"({"resourceType":"Condition","subject":{"reference":"Group/g"},"asserter":{"reference":"Patient/a1"}})", false);
    row(R"({"resourceType":"Condition","subject":{"reference":"Patient/a2"},"asserter":{"reference":"Patient/a1"}})", false);
    row(R"({"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/a2"},"recorder":{"reference":"Patient/a1"}})", false);
    row(R"({"resourceType":"Composition","subject":{"reference":"Patient/a2"},"author":[{"reference":"Patient/a1"}]})", false);
    row(R"({"resourceType":"Composition","author":[{"reference":"Patient/a1"}]})", true);
    row(R"({"resourceType":"Communication","subject":{"reference":"Patient/a2"},"sender":{"reference":"Patient/a1"},"recipient":[{"reference":"Patient/a1"}]})",
        false);
    row(R"({"resourceType":"Communication","sender":{"reference":"Patient/a1"},"recipient":[{"reference":"Patient/a2"}]})", true);
    row(R"({"resourceType":"Coverage","beneficiary":{"reference":"Patient/a2"},"subscriber":{"reference":"Patient/a1"},"payor":[{"reference":"Patient/a1"}]})",
        false);
    row(R"({"resourceType":"Coverage","beneficiary":{"reference":"Patient/a1"},"subscriber":{"reference":"Patient/a2"}})", true);
    row(R"({"resourceType":"Basic","subject":{"reference":"Patient/a2"},"author":{"reference":"Patient/a1"}})", false);
    row(R"({"resourceType":"Claim","patient":{"reference":"Patient/a2"},"payee":{"party":{"reference":"Patient/a1"}}})", false);
    row(R"({"resourceType":"Account","subject":[{"reference":"Patient/a2"},{"reference":"Patient/a1"}]})", true);
    row(R"({"resourceType":"ResearchSubject","individual":{"reference":"Patient/a1"}})", true);
    row(R"({"resourceType":"Observation","subject":{"reference":"Group/a1"}})", false);
    row(R"({"resourceType":"Observation","focus":[{"reference":"Patient/a1"}]})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":"Patient/a1/_history/3"}})", true);
    row(R"({"resourceType":"Observation","subject":{"reference":"https://clinic.example/tenant/a/fhir-api/Patient/a1"}})", true);
    row(R"({"resourceType":"Observation","subject":{"reference":"https://clinic.example/tenant/b/fhir-api/Patient/a1"}})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":"/Patient/a1"}})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":"x/Patient/a1"}})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":"Patient/A1"}})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":"Patient/a1x"}})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":"#a1"},"contained":[{"resourceType":"Patient","id":"a1"}]})", false);
    row(R"({"resourceType":"Observation","subject":{"identifier":{"value":"a1"}}})", false);
    row(R"({"resourceType":"Observation","subject":{"reference":5}})", false);
    row(R"({"resourceType":"Observation"})", false);
    row(R"({"resourceType":"Condition","subject":{"reference":"Patient/a1"}})", true);  // "patient" reads Condition.subject
    row(R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Patient/a2"}},{"actor":{"reference":"Patient/a1"}}]})",
        true);
    row(R"({"resourceType":"Provenance","target":[{"reference":"Patient/a1"}]})", true);
    row(R"({"resourceType":"Device","patient":{"reference":"Patient/a1"}})", true);
    row(R"({"resourceType":"Group","member":[{"entity":{"reference":"Patient/a1"}}]})", false);
    row(R"({"resourceType":"Task","for":{"reference":"Patient/a1"}})", false);
    row(R"({"resourceType":"Binary","securityContext":{"reference":"Patient/a1"}})", false);
    row(R"({"resourceType":"Organization","id":"a1"})", false);
    row(R"({"resourceType":"Nothing","subject":{"reference":"Patient/a1"}})", false);
    row(R"([])", false);
}

void CompartmentTest::whoseItIs() {
    QFETCH(QString, resource);
    QFETCH(bool, isTheirs);
    const auto document = Document::parse(resource.toStdString());
    QCOMPARE(fhir::isOfPatient(document.root(), "a1", base), isTheirs);
}

void CompartmentTest::nobodyHasNothing() {
    for (const char* text : {R"({"resourceType":"Patient"})", R"({"resourceType":"Patient","id":""})", R"({"resourceType":"Observation"})",
                             R"({"resourceType":"Observation","subject":{"reference":"Patient/"}})",
                             R"({"resourceType":"Observation","subject":{"reference":""}})"})
        QVERIFY(!fhir::isOfPatient(Document::parse(text).root(), "", base));
}

void CompartmentTest::namesOthers_data() {
    QTest::addColumn<QString>("resource");
    QTest::addColumn<bool>("others");
    const auto row = [](const char* resource, bool others) { QTest::newRow(resource) << QString(resource) << others; };
    row(R"({"subject":{"reference":"Patient/a1"}})", false);
    row(R"({"subject":{"reference":"Patient/a1"},"performer":[{"reference":"Practitioner/a2"}]})", false);
    row(R"({"subject":{"reference":"Patient/a1"},"performer":[{"reference":"Patient/a2"}]})", true);
    row(R"({"subject":{"reference":"Patient/a1"},"extension":[{"url":"x","valueReference":{"reference":"Patient/a2"}}]})", true);
    row(R"({"contained":[{"resourceType":"Observation","subject":{"reference":"Patient/a2"}}]})", true);
    row(R"({"subject":{"reference":"https://clinic.example/tenant/a/fhir-api/Patient/a1"}})", false);
    row(R"({"subject":{"reference":"https://clinic.example/tenant/a/fhir-api/Patient/a2"}})", true);
    row(R"({"subject":{"reference":"https://elsewhere.example/Patient/a1"}})", true);
    row(R"({"subject":{"reference":"/Patient/a1"}})", true);
    row(R"({"subject":{"reference":"Patient/a2/_history/1"}})", true);
    row(R"({"subject":{"reference":"urn:uuid:Patient"}})", false);
    row(R"({"reference":"no reference"})", false);
    row(R"({})", false);
}

void CompartmentTest::namesOthers() {
    QFETCH(QString, resource);
    QFETCH(bool, others);
    const auto document = Document::parse(resource.toStdString());
    QCOMPARE(fhir::namesOtherPatient(document.root(), "a1", base), others);
}

void CompartmentTest::indexAndContentSayTheSame() {
    NEEDS_CORPUS();
    // Whoever a row of the index gives a record to is one that its content gives it to, and nobody else.
    std::size_t records = 0, memberships = 0;
    test::forEachLine("synthea-2019-r4/transactions-100-patients.ndjson.gz", [&](const std::string& line) {
        auto bundle = Document::parse(line);
        std::set<std::string> patients{"nobody"};
        std::vector<json::Value*> resources;
        for (auto& entry : bundle.root().find("entry")->items()) {
            auto* resource = entry.find("resource");
            resources.push_back(resource);
            if (resource->stringAt("resourceType") == "Patient") patients.emplace(resource->stringAt("id"));
        }
        // Links inside a Bundle are urn:uuid of a Patient's id; stored they are Patient/id.
        for (auto* each : resources) {
            auto text = json::toString(*each);
            for (const auto& patient : patients)
                for (std::size_t at = 0; (at = text.find("urn:uuid:" + patient, at)) != text.npos;)
                    text.replace(at, 9 + patient.size(), "Patient/" + patient);
            const auto document = Document::parse(text);
            const auto& resource = document.root();
            const auto rows = fhir::extract(resource, base);
            const auto rule = fhir::patientRule(resource.stringAt("resourceType"));
            const auto parameters = rows.present & rule.decided ? rule.deciding : rule.any;
            ++records;
            for (const auto& patient : patients) {
                bool indexed = resource.stringAt("resourceType") == "Patient" && resource.stringAt("id") == patient;
                for (const auto& row : rows.references)
                    indexed |= row.target == indexHash(patient) && row.type == fhir::typeCode("Patient") &&
                               std::find(parameters.begin(), parameters.end(), row.param) != parameters.end();
                memberships += indexed;
                QCOMPARE(fhir::isOfPatient(resource, patient, base), indexed);
            }
        }
    });
    qInfo("%zu records, %zu of a patient", records, memberships);
    QVERIFY(records > 10'000);
    QVERIFY(memberships > records / 2);
}

POLYCLINIC_TEST(CompartmentTest)
#include "compartment_test.moc"
