#include "sample_data/sample_data.h"

#include <QTest>
#include <map>
#include <set>

#include "base/encoding.h"
#include "base/json.h"
#include "fhir/validate.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::sample_data;

class PeopleTest : public QObject {
    Q_OBJECT
  private slots:
    void sameSeedSameBytes();
    void bundleAndPlainFormTellOfTheSamePerson();
    void referencesResolve();
    void everyResourceIsMarked();
    void everyResourceIsValid();
    void mixIsThatOfASmallClinic();
    void yearsMakeTheAskedNumber();
    void decimalsKeepTheirPlaces();
};

namespace {

void collectReferences(const json::Value& value, std::set<std::string>& references) {
    for (const auto& item : value.items()) collectReferences(item, references);
    for (const auto& member : value.members()) {
        if (member.name == "reference") references.insert(std::string(member.value.text()));
        collectReferences(member.value, references);
    }
}

std::string digest(SampleData& people) {
    std::string all = people.practiceBundle();
    for (int patient = 0; patient < 20; ++patient) all += people.nextPatientBundle();
    return hexEncode(sha256(all));
}

}  // namespace

void PeopleTest::sameSeedSameBytes() {
    SampleData people(1), again(1), other(2);
    const std::string first = digest(people);
    QCOMPARE(first, digest(again));
    QVERIFY(first != digest(other));
    QCOMPARE(first, std::string("841ab312e7924543cdc87f53ecfa55a52c2c7e6bd41e8b1d19197fe1da0c8772"));
}

void PeopleTest::bundleAndPlainFormTellOfTheSamePerson() {
    SampleData bundled(7), plain(7);
    const auto bundle = json::Document::parse(bundled.nextPatientBundle());
    const auto resources = plain.nextPatient();
    const auto entries = bundle.root().find("entry")->items();
    QCOMPARE(entries.size(), resources.size());
    for (std::size_t i = 0; i < resources.size(); ++i) {
        const auto resource = json::Document::parse(resources[i]);
        QCOMPARE(std::string(entries[i].stringAt("fullUrl")), "urn:uuid:" + std::string(resource.root().stringAt("id")));
        QVERIFY(!entries[i].find("resource")->find("id"));
        QCOMPARE(entries[i].find("request")->stringAt("url"), resource.root().stringAt("resourceType"));
        QCOMPARE(entries[i].find("request")->stringAt("method"), std::string_view("POST"));
    }
}

void PeopleTest::referencesResolve() {
    SampleData people(3);
    std::set<std::string> shared;
    for (const auto& text : people.practice()) {
        const auto resource = json::Document::parse(text);
        shared.insert(std::string(resource.root().stringAt("resourceType")) + "/" + std::string(resource.root().stringAt("id")));
    }
    for (int patient = 0; patient < 10; ++patient) {
        const auto bundle = json::Document::parse(people.nextPatientBundle());
        std::set<std::string> targets = shared, references;
        for (const auto& entry : bundle.root().find("entry")->items()) {
            QVERIFY(targets.insert(std::string(entry.stringAt("fullUrl"))).second);
        }
        collectReferences(bundle.root(), references);
        QVERIFY(references.size() > 10);
        for (const auto& reference : references) QVERIFY2(targets.contains(reference), reference.c_str());
    }
}

void PeopleTest::everyResourceIsMarked() {
    SampleData people(4);
    auto resources = people.practice();
    for (auto& resource : people.nextPatient()) resources.push_back(std::move(resource));
    for (const auto& text : resources) {
        const auto resource = json::Document::parse(text);
        const auto members = resource.root().members();
        QCOMPARE(members[0].name, std::string_view("resourceType"));
        QCOMPARE(members[1].name, std::string_view("id"));
        QCOMPARE(members[2].name, std::string_view("meta"));
        QCOMPARE(json::toString(members[2].value), std::string(R"({"tag":[{"system":"urn:polyclinic:sample","code":"sample"}]})"));
        QCOMPARE(json::toString(resource.root()), text);
    }
}

void PeopleTest::everyResourceIsValid() {
    SampleData people(8);
    auto texts = people.practice();
    texts.push_back(people.practiceBundle());
    texts.push_back(people.nextPatientBundle());
    for (int patient = 0; patient < 20; ++patient) {
        for (auto& text : people.nextPatient()) texts.push_back(std::move(text));
    }
    for (const auto& text : texts) {
        const auto resource = json::Document::parse(text);
        for (const auto& issue : fhir::validate(resource.root())) {
            QFAIL((std::string(resource.root().stringAt("resourceType")) + ": " + issue.diagnostics + " at " + issue.expression).c_str());
        }
    }
}

void PeopleTest::mixIsThatOfASmallClinic() {
    SampleData people(5);
    std::map<std::string, int> counts;
    std::size_t bytes = 0;
    int all = 0;
    for (int patient = 0; patient < 50; ++patient) {
        for (const auto& text : people.nextPatient()) {
            const auto resource = json::Document::parse(text);
            ++counts[std::string(resource.root().stringAt("resourceType"))];
            bytes += text.size();
            ++all;
        }
    }
    const auto percent = [&](const char* type) { return 100 * counts[type] / all; };
    QVERIFY2(percent("Observation") >= 42 && percent("Observation") <= 48, qPrintable(QString::number(percent("Observation"))));
    QVERIFY(percent("Encounter") >= 7 && percent("Encounter") <= 13);
    QCOMPARE(counts["Patient"], 50);
    for (const char* type : {"Condition", "MedicationRequest", "AllergyIntolerance", "Immunization", "Procedure", "DiagnosticReport"}) {
        QVERIFY2(counts[type] >= 20, type);
    }
    const std::size_t mean = bytes / static_cast<std::size_t>(all);
    QVERIFY2(mean >= 1200 && mean <= 1330, qPrintable(QString::number(mean)));
}

void PeopleTest::yearsMakeTheAskedNumber() {
    SampleData people(6, {.years = yearsFor(10'000, 50)});
    std::size_t resources = 0;
    for (int patient = 0; patient < 50; ++patient) resources += people.nextPatient().size();
    QVERIFY2(resources > 8'500 && resources < 11'500, qPrintable(QString::number(resources)));
}

void PeopleTest::decimalsKeepTheirPlaces() {
    QCOMPARE(decimal(725, 1), std::string("72.5"));
    QCOMPARE(decimal(5, 2), std::string("0.05"));
    QCOMPARE(decimal(-50, 1), std::string("-5.0"));
    QCOMPARE(decimal(98, 0), std::string("98"));
}

POLYCLINIC_TEST(PeopleTest)
#include "people_test.moc"
