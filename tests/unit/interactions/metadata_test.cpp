// A row of the table of operations in the CapabilityStatement of each base.

#include "interactions/metadata.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include "test_case.h"

using namespace polyclinic;
using Json = nlohmann::json;

class MetadataTest : public QObject {
    Q_OBJECT
  private slots:
    void operationsStandAtTheirLevels();
    void withoutOperationsThereIsNoList();
};

namespace {

Json statement(rest::Operations operations, bool ofPatient) {
    interactions::CapabilitySettings settings;
    settings.base = "http://clinic.example/fhir";
    settings.ofPatient = ofPatient;
    return Json::parse(interactions::CapabilityStatements(operations).of(settings)).at("rest").at(0);
}

Json resourceOf(const Json& rest, const std::string& type) {
    for (const auto& resource : rest.at("resource"))
        if (resource.at("type") == type) return resource;
    return {};
}

}  // namespace

void MetadataTest::operationsStandAtTheirLevels() {
    const std::vector<rest::Operation> table{{"everything",
                                              "http://hl7.org/fhir/OperationDefinition/Patient-everything",
                                              rest::level::instance,
                                              {"Patient"},
                                              rest::Reads(nullptr)},
                                             {"validate",
                                              "http://hl7.org/fhir/OperationDefinition/Resource-validate",
                                              rest::level::type | rest::level::instance,
                                              {},
                                              rest::Reads(nullptr)},
                                             {"ping", "https://clinic.example/ping", rest::level::system, {}, rest::Reads(nullptr)}};
    for (const bool ofPatient : {false, true}) {
        const auto rest = statement(table, ofPatient);
        QCOMPARE(rest.at("operation").size(), std::size_t(1));
        QCOMPARE(rest.at("operation")[0].at("name"), "ping");
        QCOMPARE(rest.at("operation")[0].at("definition"), "https://clinic.example/ping");
        const auto patient = resourceOf(rest, "Patient").at("operation");
        QCOMPARE(patient.size(), std::size_t(2));
        QCOMPARE(patient[0].at("name"), "everything");
        QCOMPARE(patient[1].at("name"), "validate");
        const auto observation = resourceOf(rest, "Observation").at("operation");
        QCOMPARE(observation.size(), std::size_t(1));
        QCOMPARE(observation[0].at("definition"), "http://hl7.org/fhir/OperationDefinition/Resource-validate");
    }
}

void MetadataTest::withoutOperationsThereIsNoList() {
    const auto rest = statement({}, false);
    QVERIFY(!rest.contains("operation"));
    QVERIFY(!resourceOf(rest, "Patient").contains("operation"));
}

POLYCLINIC_TEST(MetadataTest)
#include "metadata_test.moc"
