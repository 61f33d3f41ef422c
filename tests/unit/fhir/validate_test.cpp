#include <QElapsedTimer>
#include <QTest>

#include "fhir/validate.h"
#include "test_case.h"

using namespace polyclinic;

namespace {

/// "code expression" of each error, joined by ", ".
QString errorsOf(const std::string& text, const fhir::ValidateOptions& options = {}) {
    const auto document = json::Document::parse(text);
    QStringList errors;
    for (const Issue& issue : fhir::validate(document.root(), options)) {
        if (issue.severity == Issue::Severity::error) errors << QString::fromStdString(issue.code + " " + issue.expression);
    }
    return errors.join(", ");
}

}  // namespace

class ValidateTest : public QObject {
    Q_OBJECT
  private slots:
    void rules_data();
    void rules();
    void referencesToOtherTypesAreWarnings();
    void systemsOutsideASetAreWarnings();
    void issuesAreLimitedAndWarningsHideNoError();
    void contentIsNotTold();
    void knownNamesAreTold();
    void manyExtensionsStayLinear();

  private:
    static void add(const char* name, const char* text, const char* errors) { QTest::newRow(name) << QByteArray(text) << QString(errors); }
    static void addStructure();
    static void addPrimitives();
    static void addContained();
};

void ValidateTest::addStructure() {
    add("plain", R"({"resourceType":"Patient","active":true})", "");
    add("no type", R"({"id":"x"})", "structure ");
    add("unknown type", R"({"resourceType":"Tenant"})", "structure ");
    add("abstract type", R"({"resourceType":"DomainResource"})", "structure ");
    add("logical type", R"({"resourceType":"MetadataResource"})", "structure ");
    add("type of another case", R"({"resourceType":"patient"})", "structure ");
    add("type is no string", R"({"resourceType":["Patient"]})", "structure ");
    add("array at the root", R"([])", "structure ");
    add("unknown element", R"({"resourceType":"Patient","foo":1})", "structure Patient");
    add("deep unknown element", R"({"resourceType":"Patient","contact":[{"name":{"x":1}}]})", "structure Patient.contact[0].name");
    add("resourceType inside", R"({"resourceType":"Patient","name":[{"resourceType":"HumanName","family":"a"}]})",
        "structure Patient.name[0]");
    add("resourceType as element",
        R"({"resourceType":"ExampleScenario","status":"draft","instance":[{"resourceId":"a","resourceType":"Patient"}]})", "");
    add("bad resourceType as element",
        R"({"resourceType":"ExampleScenario","status":"draft","instance":[{"resourceId":"a","resourceType":"Foo"}]})",
        "code-invalid ExampleScenario.instance[0].resourceType");
    add("missing element", R"({"resourceType":"Patient","communication":[{"preferred":true}]})",
        "required Patient.communication[0].language");
    add("missing choice", R"({"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"display":"x"}})",
        "required MedicationRequest.medication");
    add("array for one", R"({"resourceType":"Patient","gender":["male"]})", "structure Patient.gender");
    add("array for one object", R"({"resourceType":"Patient","maritalStatus":[{"text":"x"}]})", "structure Patient.maritalStatus");
    add("one for array", R"({"resourceType":"Patient","name":{"family":"x"}})", "structure Patient.name");
    add("one for array of primitives", R"({"resourceType":"Patient","name":[{"given":"x"}]})", "structure Patient.name[0].given");
    add("empty array", R"({"resourceType":"Patient","name":[]})", "structure Patient.name");
    add("empty array of primitives", R"({"resourceType":"Patient","name":[{"given":[]}]})", "structure Patient.name[0].given");
    add("empty object", R"({"resourceType":"Patient","name":[{}]})", "invariant Patient.name[0]");
    add("only an id", R"({"resourceType":"Patient","name":[{"id":"x"}]})", "invariant Patient.name[0]");
    add("null object", R"({"resourceType":"Patient","maritalStatus":null})", "structure Patient.maritalStatus");
    add("null in a list", R"({"resourceType":"Patient","name":[null]})", "structure Patient.name[0]");
    add("primitive for object", R"({"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":"Patient/1"})",
        "structure Observation.subject");
    add("choice", R"({"resourceType":"Patient","deceasedDateTime":"2020"})", "");
    add("choice without type", R"({"resourceType":"Patient","deceased":true})", "structure Patient");
    add("choice of a foreign type", R"({"resourceType":"Patient","deceasedString":"x"})", "structure Patient");
    add("two of a choice", R"({"resourceType":"Patient","deceasedBoolean":false,"deceasedDateTime":"2020"})", "structure Patient.deceased");
    add("two of a choice, one absent",
        R"({"resourceType":"Patient","deceasedBoolean":false,"_deceasedDateTime":{"extension":[{"url":"a","valueCode":"b"}]}})",
        "structure Patient.deceased");
    add("choice and its sibling", R"({"resourceType":"Patient","deceasedBoolean":false,"_deceasedBoolean":{"id":"a"}})", "");
    add("content reference",
        R"({"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","item":[{"linkId":"2","type":"string","foo":1}]}]})",
        "structure Questionnaire.item[0].item[0]");
    add("required code", R"({"resourceType":"Patient","gender":"robot"})", "code-invalid Patient.gender");
    add("abstract code", R"({"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"question"}]})",
        "code-invalid Questionnaire.item[0].type");
    add("required concept",
        R"({"resourceType":"AllergyIntolerance","patient":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]}})",
        "");
    add("required concept, one of two",
        R"({"resourceType":"AllergyIntolerance","patient":{"display":"x"},"clinicalStatus":{"coding":[{"code":"other"},{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]}})",
        "");
    add("required concept, none",
        R"({"resourceType":"AllergyIntolerance","patient":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"bogus"}]}})",
        "code-invalid AllergyIntolerance.clinicalStatus");
    add("required concept, text", R"({"resourceType":"AllergyIntolerance","patient":{"display":"x"},"clinicalStatus":{"text":"active"}})",
        "code-invalid AllergyIntolerance.clinicalStatus");
    add("currency", R"({"resourceType":"Invoice","status":"draft","totalNet":{"value":1.50,"currency":"EUR"}})", "");
    add("no currency", R"({"resourceType":"Invoice","status":"draft","totalNet":{"value":1.50,"currency":"euro"}})",
        "code-invalid Invoice.totalNet.currency");
    add("extension", R"({"resourceType":"Patient","extension":[{"url":"http://example.org/a","valueString":"b"}]})", "");
    add("extension with both",
        R"({"resourceType":"Patient","extension":[{"url":"a","valueString":"b","extension":[{"url":"c","valueCode":"d"}]}]})",
        "invariant Patient.extension[0]");
    add("extension with nothing", R"({"resourceType":"Patient","extension":[{"url":"a"}]})", "invariant Patient.extension[0]");
    add("extension without url", R"({"resourceType":"Patient","extension":[{"valueString":"b"}]})", "required Patient.extension[0].url");
    add("extension whose value is absent",
        R"({"resourceType":"Patient","extension":[{"url":"a","_valueString":{"extension":[{"url":"c","valueCode":"d"}]}}]})", "");
    add("extension with two values", R"({"resourceType":"Patient","extension":[{"url":"a","valueString":"b","valueCode":"c"}]})",
        "structure Patient.extension[0].value");
    add("comments of DSTU1", R"({"resourceType":"Patient","fhir_comments":["x"]})", "structure Patient");
}

void ValidateTest::addPrimitives() {
    add("null", R"({"resourceType":"Patient","gender":null})", "structure Patient.gender");
    add("empty string", R"({"resourceType":"Patient","name":[{"family":""}]})", "value Patient.name[0].family");
    add("boolean as string", R"({"resourceType":"Patient","active":"true"})", "structure Patient.active");
    add("integer as string", R"({"resourceType":"Patient","multipleBirthInteger":"3"})", "structure Patient.multipleBirth");
    add("integer with fraction", R"({"resourceType":"Patient","multipleBirthInteger":1.0})", "value Patient.multipleBirth");
    add("integer too large", R"({"resourceType":"Patient","multipleBirthInteger":2147483648})", "value Patient.multipleBirth");
    add("id", R"({"resourceType":"Patient","id":"a b"})", "value Patient.id");
    add("control character", R"({"resourceType":"Patient","name":[{"family":"a\u0001"}]})", "value Patient.name[0].family");
    add("line feed", R"({"resourceType":"Patient","name":[{"family":"a\nb\tc\rd"}]})", "");
    add("sibling", R"({"resourceType":"Patient","_birthDate":{"extension":[{"url":"a","valueCode":"b"}]}})", "");
    add("sibling with an id only, value there", R"({"resourceType":"Patient","birthDate":"2020","_birthDate":{"id":"b"}})", "");
    add("sibling with an id only", R"({"resourceType":"Patient","_birthDate":{"id":"b"}})", "invariant Patient.birthDate");
    add("empty sibling", R"({"resourceType":"Patient","birthDate":"2020","_birthDate":{}})", "invariant Patient.birthDate");
    add("sibling of a complex element", R"({"resourceType":"Patient","_maritalStatus":{"id":"b"}})", "structure Patient");
    add("sibling with a value", R"({"resourceType":"Patient","_birthDate":{"value":"2020"}})", "structure Patient.birthDate");
    add("sibling as array", R"({"resourceType":"Patient","birthDate":"2020","_birthDate":[{"id":"b"}]})", "structure Patient.birthDate");
    add("null padding",
        R"({"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,{"extension":[{"url":"a","valueBoolean":true}]}]}]})", "");
    add("null without partner", R"({"resourceType":"Patient","name":[{"given":["A",null]}]})", "structure Patient.name[0].given[1]");
    add("nulls on both sides", R"({"resourceType":"Patient","name":[{"given":["A",null],"_given":[null,null]}]})",
        "structure Patient.name[0].given[1]");
    add("sibling satisfies a required element",
        R"({"resourceType":"Observation","_status":{"extension":[{"url":"a","valueCode":"b"}]},"code":{"text":"x"}})", "");
    add("narrative",
        R"({"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"}})", "");
    add("narrative with script",
        R"({"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>a</script></div>"}})",
        "invariant Patient.text.div");
}

void ValidateTest::addContained() {
    add("contained",
        R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","name":"x"}],"managingOrganization":{"reference":"#o"}})",
        "");
    add("contained in contained",
        R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","contained":[{"resourceType":"Organization","id":"p"}]}]})",
        "invariant Patient.contained[0].contained[0]");
    add("contained without id", R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","name":"x"}]})",
        "required Patient.contained[0].id");
    add("contained twice",
        R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"},{"resourceType":"Location","id":"o"}]})",
        "invariant Patient.contained[0].id, invariant Patient.contained[1].id");
    add("contained of no type", R"({"resourceType":"Patient","contained":[{"id":"o"}]})", "structure Patient.contained[0]");
    add("contained is judged", R"({"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","foo":1}]})",
        "structure Patient.contained[0]");
    add("dangling fragment", R"({"resourceType":"Patient","managingOrganization":{"reference":"#o"}})",
        "invariant Patient.managingOrganization.reference");
    add("fragment to the container",
        R"({"resourceType":"Organization","contained":[{"resourceType":"Organization","id":"o","partOf":{"reference":"#"}}],"name":"x"})",
        "");
    add("entries",
        R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","foo":1}},{"resource":{"resourceType":"Foo"}}]})",
        "structure Bundle.entry[0].resource, structure Bundle.entry[1].resource");
    add("fragments stay in their entry",
        R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o"}]}},{"resource":{"resourceType":"Patient","managingOrganization":{"reference":"#o"}}}]})",
        "invariant Bundle.entry[1].resource.managingOrganization.reference");
    add("parameters",
        R"({"resourceType":"Parameters","parameter":[{"name":"a","resource":{"resourceType":"Patient","gender":"x"}},{"name":"b","part":[{"name":"c","valueString":""}]}]})",
        "code-invalid Parameters.parameter[0].resource.gender, value Parameters.parameter[1].part[0].value");
}

void ValidateTest::rules_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("errors");
    addStructure();
    addPrimitives();
    addContained();
}

void ValidateTest::rules() {
    QFETCH(QByteArray, text);
    QFETCH(QString, errors);
    QCOMPARE(errorsOf(text.toStdString()), errors);
}

void ValidateTest::referencesToOtherTypesAreWarnings() {
    for (const char* reference : {"Practitioner/1", "https://example.org/fhir/Practitioner/1/_history/2"}) {
        const auto document =
            json::Document::parse(R"({"resourceType":"Patient","managingOrganization":{"reference":")" + std::string(reference) + "\"}}");
        const auto issues = fhir::validate(document.root());
        QCOMPARE(issues.size(), std::size_t(1));
        QCOMPARE(issues[0].severity, Issue::Severity::warning);
        QCOMPARE(issues[0].expression, std::string("Patient.managingOrganization.reference"));
    }
    for (const char* reference : {"Organization/1", "urn:uuid:0", "https://example.org/x", "Organization?name=x"}) {
        const auto document =
            json::Document::parse(R"({"resourceType":"Patient","managingOrganization":{"reference":")" + std::string(reference) + "\"}}");
        QVERIFY(fhir::validate(document.root()).empty());
    }
}

void ValidateTest::systemsOutsideASetAreWarnings() {
    const auto document = json::Document::parse(
        R"({"resourceType":"Condition","subject":{"display":"x"},"clinicalStatus":{"coding":[{"system":"http://hl7.org/fhir/condition-clinical","code":"active"}]}})");
    const auto issues = fhir::validate(document.root());
    QCOMPARE(issues.size(), std::size_t(1));
    QCOMPARE(issues[0].severity, Issue::Severity::warning);
    QCOMPARE(issues[0].code, std::string("code-invalid"));
}

void ValidateTest::issuesAreLimitedAndWarningsHideNoError() {
    std::string text = R"({"resourceType":"Patient","generalPractitioner":[)";
    for (int i = 0; i < 500; ++i) text += R"({"reference":"Patient/1"},)";
    text += R"({"reference":""}],"name":[)";
    for (int i = 0; i < 150; ++i) text += R"({"family":""},)";
    text += R"({"family":"x"}]})";
    const auto document = json::Document::parse(text);
    const auto issues = fhir::validate(document.root());
    QCOMPARE(issues.size(), std::size_t(100));
    for (const Issue& issue : issues) QCOMPARE(issue.severity, Issue::Severity::error);
    QCOMPARE(fhir::validate(document.root(), {.issueLimit = 3}).size(), std::size_t(3));
}

void ValidateTest::contentIsNotTold() {
    const auto document = json::Document::parse(
        R"({"resourceType":"Patient","id":"Geheim 1","Geheim2":"Geheim3","gender":"Geheim4","birthDate":"Geheim5","text":{"status":"generated","div":"<Geheim6>"},"managingOrganization":{"reference":"#Geheim7"},"extension":[{"url":"Geheim 8"}]})");
    const auto issues = fhir::validate(document.root());
    QVERIFY(issues.size() >= 7);
    for (const Issue& issue : issues) {
        QVERIFY(issue.diagnostics.find("Geheim") == std::string::npos);
        QVERIFY(issue.expression.find("Geheim") == std::string::npos);
    }
}

void ValidateTest::knownNamesAreTold() {
    const auto document = json::Document::parse(R"({"resourceType":"Patient","context":1})");
    QVERIFY(fhir::validate(document.root())[0].diagnostics.find("'context'") != std::string::npos);
    QCOMPARE(errorsOf(R"({"resourceType":"Patient"})", {.expectedType = "Person"}), QString("invariant "));
}

void ValidateTest::manyExtensionsStayLinear() {
    std::string text = R"({"resourceType":"Patient","contained":[)";
    for (int i = 0; i < 20000; ++i) text += R"({"resourceType":"Organization","id":"o)" + std::to_string(i) + "\"},";
    text += R"({"resourceType":"Organization","id":"x"}],"generalPractitioner":[)";
    for (int i = 0; i < 20000; ++i) text += R"({"reference":"#o)" + std::to_string(i) + "\"},";
    text += R"({"reference":"#x"}]})";
    const auto document = json::Document::parse(text);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(fhir::validate(document.root()).empty());
    QVERIFY(timer.elapsed() < 2000);
}

POLYCLINIC_TEST(ValidateTest)
#include "validate_test.moc"
