#include <QTest>
#include <algorithm>

#include "fhir/definitions/definitions.h"
#include "test_case.h"

using namespace polyclinic::fhir;

class DefinitionsTest : public QObject {
    Q_OBJECT
  private slots:
    void resourceTypes();
    void typeCodesAreStable();
    void partsHaveElements();
    void choicesHaveAPropertyForEachType();
    void contentReferencesPointBack();
    void systemTypesAreFhirTypes();
    void exampleScenarioHasAnElementCalledResourceType();
    void everyPropertyIsFound();
    void abstractCodesAreNotOffered();
    void setsThatAreNotShipped();
    void referenceTargets();
};

namespace {
const Definitions& r4() { return Definitions::r4(); }

const Property* find(std::string_view type, std::string_view name) { return r4().property(*r4().type(type), name); }

bool offers(std::string_view set, std::string_view code) {
    const auto codes = r4().codesOf(*r4().valueSet(set));
    return std::ranges::find(codes, code, &Code::code) != codes.end();
}
}  // namespace

void DefinitionsTest::resourceTypes() {
    QCOMPARE(r4().resourceTypes().size(), std::size_t(146));
    QVERIFY(std::ranges::is_sorted(r4().resourceTypes()));
    QVERIFY(r4().isResourceType("Patient"));
    for (const char* name : {"patient", "Resource", "DomainResource", "MetadataResource", "HumanName", "Patient.contact", ""}) {
        QVERIFY2(!r4().isResourceType(name), name);
    }
}

void DefinitionsTest::typeCodesAreStable() {
    // Low halves of XXH3-64 of the names, as xxhsum -H3 prints them.
    QCOMPARE(std::uint32_t(typeCode("abc")), 0x892f3950u);
    QCOMPARE(typeCode("Patient"), 286294188);  // so it stands in an index of the tenants' tables
    QCOMPARE(typeName(typeCode("Patient")).value(), std::string_view("Patient"));
    QCOMPARE(typeName(typeCode("Quantity")).value(), std::string_view("Quantity"));
    QVERIFY(!typeName(0));
    QVERIFY(!typeName(typeCode("Tenant")));
}

void DefinitionsTest::partsHaveElements() {
    const auto* contact = find("Patient", "contact");
    QCOMPARE(r4().typeOf(*contact).name, std::string_view("Patient.contact"));
    QVERIFY(r4().elementOf(*contact).list);
    QCOMPARE(r4().elementOf(*find("Patient.communication", "language")).min, std::uint16_t(1));
    QCOMPARE(r4().typeOf(*find("Timing", "repeat")).name, std::string_view("Timing.repeat"));
}

void DefinitionsTest::choicesHaveAPropertyForEachType() {
    QVERIFY(!find("Observation", "value"));
    QCOMPARE(r4().typeOf(*find("Observation", "valueQuantity")).name, std::string_view("Quantity"));
    QCOMPARE(r4().elementOf(*find("Observation", "valueDateTime")).name, std::string_view("value"));
    QCOMPARE(r4().propertiesOf(*r4().element(*r4().type("Observation"), "value")).size(), std::size_t(11));
    QVERIFY(!find("Patient", "deceasedString"));
}

void DefinitionsTest::contentReferencesPointBack() {
    QCOMPARE(r4().typeOf(*find("Questionnaire.item", "item")).name, std::string_view("Questionnaire.item"));
    QCOMPARE(r4().typeOf(*find("Bundle.entry", "link")).name, std::string_view("Bundle.link"));
}

void DefinitionsTest::systemTypesAreFhirTypes() {
    QCOMPARE(r4().typeOf(*find("Patient", "id")).name, std::string_view("id"));
    QCOMPARE(r4().typeOf(*find("HumanName", "id")).name, std::string_view("string"));
    QCOMPARE(r4().typeOf(*find("Extension", "url")).name, std::string_view("uri"));
    QCOMPARE(r4().typeOf(*find("Narrative", "div")).primitive, Primitive::xhtml);
}

void DefinitionsTest::exampleScenarioHasAnElementCalledResourceType() {
    QCOMPARE(r4().typeOf(*find("ExampleScenario.instance", "resourceType")).primitive, Primitive::code);
    QVERIFY(!find("ExampleScenario", "resourceType"));
}

void DefinitionsTest::everyPropertyIsFound() {
    for (const Type& type : r4().tables().types) {
        for (const Element& element : r4().elementsOf(type)) {
            for (const Property& expected : r4().propertiesOf(element)) {
                QCOMPARE(r4().property(type, expected.name), &expected);
            }
        }
        QVERIFY(!r4().property(type, "noSuchElement"));
        QVERIFY(!r4().property(type, ""));
    }
}

void DefinitionsTest::abstractCodesAreNotOffered() {
    QVERIFY(offers("http://hl7.org/fhir/ValueSet/item-type", "group"));
    QVERIFY(!offers("http://hl7.org/fhir/ValueSet/item-type", "question"));
    QVERIFY(offers("http://hl7.org/fhir/ValueSet/administrative-gender", "female"));
    QCOMPARE(r4().tables().valueSets.size(), std::size_t(224));
}

void DefinitionsTest::setsThatAreNotShipped() {
    QCOMPARE(r4().valueSet("http://hl7.org/fhir/ValueSet/mimetypes")->kind, ValueSetKind::mimeType);
    QCOMPARE(r4().valueSet("http://hl7.org/fhir/ValueSet/currencies")->kind, ValueSetKind::currency);
    QCOMPARE(r4().valueSet("http://hl7.org/fhir/ValueSet/ucum-units")->kind, ValueSetKind::anyCode);
    QVERIFY(!r4().valueSet("http://hl7.org/fhir/ValueSet/no-such-set"));
}

void DefinitionsTest::referenceTargets() {
    QCOMPARE(find("Patient", "managingOrganization")->targetCount, std::uint16_t(1));
    QCOMPARE(find("Extension", "valueReference")->targetCount, std::uint16_t(0));
}

POLYCLINIC_TEST(DefinitionsTest)
#include "definitions_test.moc"
