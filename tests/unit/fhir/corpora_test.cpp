// Validation over what others published.

#include <QTest>
#include <algorithm>
#include <filesystem>

#include "base/encoding.h"
#include "corpus.h"
#include "fhir/validate.h"
#include "test_case.h"

using namespace polyclinic;

namespace {

/// First error as "expression: diagnostics"; empty when there is none.
std::string firstError(const json::Value& resource, std::string_view expectedType = {}) {
    for (const Issue& issue : fhir::validate(resource, {.expectedType = expectedType})) {
        if (issue.severity == Issue::Severity::error) return issue.expression + ": " + issue.diagnostics;
    }
    return {};
}

std::string faultOf(std::string_view text, std::string_view expectedType = {}) {
    try {
        const auto document = json::Document::parse(text);
        return firstError(document.root(), expectedType);
    } catch (const json::SyntaxError& error) {
        return error.what();
    }
}

/// Validates every line; answers "name: fault" of those with errors.
QStringList faultsIn(const std::string& file, std::size_t atLeast) {
    QStringList faults;
    const auto count = test::forEachLine(file, [&](const std::string& line) {
        const auto document = json::Document::parse(line);
        const auto fault = firstError(document.root());
        if (fault.empty()) return;
        const auto name = std::string(document.root().stringAt("resourceType")) + "/" + std::string(document.root().stringAt("id"));
        faults << QString::fromStdString(name + " " + fault);
    });
    if (count < atLeast) faults << QString("only %1 lines in %2").arg(count).arg(QString::fromStdString(file));
    return faults;
}

}  // namespace

class CorporaTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { NEEDS_CORPUS(); }
    void hl7Examples();
    void wholeFolders_data();
    void wholeFolders();
    void infernoData();
    void usCoreExamples_data();
    void usCoreExamples();
    void validatorCases();
    void hostileBodies_data();
    void hostileBodies();
};

void CorporaTest::hl7Examples() {
    const auto faults = faultsIn("hl7-r4-examples/hl7-r4-examples.ndjson.gz", 1036);
    QCOMPARE(faults.size(), 2);  // the two of the README
    QVERIFY2(faults[0].startsWith("Questionnaire/qs1 Questionnaire.item[0].item[0].linkId"), qPrintable(faults[0]));
    QVERIFY2(faults[1].startsWith("SearchParameter/codesystem-extensions-CodeSystem-author SearchParameter.base"), qPrintable(faults[1]));
}

void CorporaTest::wholeFolders_data() {
    QTest::addColumn<QString>("folder");
    for (const char* name : {"synthea-2019-r4", "synthea-uscore-bulk-10", "fhir-test-data-r4"}) QTest::newRow(name) << name;
}

void CorporaTest::wholeFolders() {
    QFETCH(QString, folder);
    const std::string root = POLYCLINIC_SOURCE_DIR "/../shared/testdata/";
    int files = 0;
    for (const auto& file : std::filesystem::directory_iterator(root + folder.toStdString())) {
        if (file.path().extension() != ".gz") continue;
        ++files;
        const auto faults = faultsIn(folder.toStdString() + "/" + file.path().filename().string(), 1);
        QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
    }
    QVERIFY(files > 0);
}

void CorporaTest::infernoData() {
    const std::string root = POLYCLINIC_SOURCE_DIR "/../shared/testdata/inferno-reference-data";
    int files = 0;
    for (const auto& file : std::filesystem::directory_iterator(root)) {
        ++files;
        std::string text;
        test::forEachLine("inferno-reference-data/" + file.path().filename().string(),
                          [&](const std::string& line) { text += line + "\n"; });
        const auto fault = faultOf(text);
        QVERIFY2(fault.empty(), (file.path().filename().string() + " " + fault).c_str());
    }
    QCOMPARE(files, 17);
}

void CorporaTest::usCoreExamples_data() {
    QTest::addColumn<int>("examples");
    QTest::addColumn<QString>("known");
    QTest::newRow("us_core_311") << 84 << "DiagnosticReport-cardiology-report.json";  // its hash is no base64
    QTest::newRow("us_core_501") << 157 << "";
    QTest::newRow("us_core_610") << 183 << "";
    QTest::newRow("us_core_700") << 214 << "";
}

void CorporaTest::usCoreExamples() {
    QFETCH(int, examples);
    QFETCH(QString, known);
    int seen = 0;
    QStringList faults;
    test::forEachInArchive(std::string("us-core-packages/") + QTest::currentDataTag() + ".tgz",
                           [&](std::string_view name, std::string_view text) {
                               const auto file = name.substr(name.rfind('/') + 1);
                               if (!name.starts_with("package/example/") || file.starts_with('.')) return;
                               ++seen;
                               const auto fault = faultOf(text);
                               const bool expected = !known.isEmpty() && file == known.toStdString();
                               if (fault.empty() == expected) faults << QString::fromStdString(std::string(name) + ": " + fault);
                           });
    QCOMPARE(seen, examples);
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
}

void CorporaTest::validatorCases() {
    int accepted = 0;
    QStringList faults;
    test::forEachLine("fhir-test-cases/validator-r4-json.ndjson.gz", [&](const std::string& line) {
        const auto document = json::Document::parse(line);
        const json::Value& row = document.root();
        if (row.stringAt("expect") != "accept") return;
        ++accepted;
        std::string_view text = row.stringAt("text");
        // Not JSON to us with its byte order mark; what follows must be fine.
        if (row.stringAt("name") == "shc-bundle") text.remove_prefix(3);
        // An option of the Java validator switches its look at contained resources off here.
        if (row.stringAt("name") == "contained-resource-bad-id-ignore") return;
        const auto fault = faultOf(text);
        if (!fault.empty()) faults << QString::fromStdString(std::string(row.stringAt("name")) + ": " + fault);
    });
    QCOMPARE(accepted, 166);
    QVERIFY2(faults.isEmpty(), qPrintable(faults.join('\n')));
}

void CorporaTest::hostileBodies_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("type");
    QTest::addColumn<bool>("mayPass");
    QTest::addColumn<bool>("mayFail");
    test::forEachLine("hostile/hostile-requests.ndjson.gz", [](const std::string& line) {
        const auto document = json::Document::parse(line);
        const json::Value& row = document.root();
        const auto category = row.stringAt("cat");
        const bool ours = category == "json" || category == "decimal" || category == "integer" || category == "shape" ||
                          category == "primitive" || category == "narrative";
        if (!ours || row.stringAt("method") != "POST") return;
        const auto statuses = row.find("expect")->items();
        const auto some = [&](char first) {
            return std::ranges::any_of(statuses, [&](const json::Value& status) { return status.text()[0] == first; });
        };
        std::string body;
        if (row.find("bodyBase64"))
            body = base64Decode(row.stringAt("bodyBase64")).value();
        else if (row.find("body")->isString())
            body = row.stringAt("body");
        else
            body = json::toString(*row.find("body"));
        QTest::newRow(std::string(row.stringAt("id")).c_str())
            << QByteArray::fromStdString(body) << QString::fromStdString(std::string(row.stringAt("path"))) << some('2') << some('4');
    });
}

void CorporaTest::hostileBodies() {
    QFETCH(QByteArray, body);
    QFETCH(QString, type);
    QFETCH(bool, mayPass);
    QFETCH(bool, mayFail);
    const auto fault = faultOf(body.toStdString(), type.toStdString());
    QVERIFY2(fault.empty() ? mayPass : mayFail, fault.c_str());
}

POLYCLINIC_TEST(CorporaTest)
#include "corpora_test.moc"
