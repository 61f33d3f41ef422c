// HL7's examples through PUT and GET, then every golden query of the kinds that are built, over HTTP.

#include <QTest>
#include <algorithm>
#include <set>

#include "flow.h"
#include "test_case.h"

using namespace polyclinic;

class ExamplesTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void comeBackTokenForToken();
    void answerTheGoldenQueries();
    void answerInfernosRecordedRequests();

  private:
    test::Clinic clinic_;
};

namespace {

// The two that break R4's own rules: an empty base, and items without linkId.
const std::set<std::string> invalid{"SearchParameter/codesystem-extensions-CodeSystem-author", "Questionnaire/qs1"};

// Left out, each for its reason:
const std::set<std::string> leftOut{// Parameters of US Core, which R4 does not have.
                                    "CareTeam?role:missing=true", "Goal?description:missing=true",
                                    // CarePlan/f003 has a scheduledString that happens to read as a date; R4 indexes no string as a date.
                                    "CarePlan?activity-date=2011", "CarePlan?activity-date=ge2011", "CarePlan?activity-date=le2011-06-27",
                                    // The other engine stumbled over Observation/f205, a Quantity ">60", which may be both.
                                    "Observation?combo-value-quantity=gt122", "Observation?combo-value-quantity=lt122"};

/// The resource without what a server writes, resourceType, id and meta first: two that are the same have the same text.
std::string tokens(std::string_view text) {
    auto document = json::Document::parse(text, {.depth = 128});
    auto& root = document.root();
    if (auto* meta = root.find("meta")) {
        document.remove(*meta, "versionId");
        document.remove(*meta, "lastUpdated");
        if (auto* extensions = meta->find("extension")) {
            std::vector<json::Value> kept;
            for (const auto& extension : extensions->items())
                if (extension.stringAt("url") != "urn:polyclinic:tenant-id") kept.push_back(extension);
            if (kept.empty())
                document.remove(*meta, "extension");
            else
                *extensions = document.array(kept);
        }
        if (meta->members().empty()) document.remove(root, "meta");
    }
    std::size_t position = 0;
    for (const auto* name : {"resourceType", "id", "meta"})
        if (const auto* value = root.find(name)) document.setAt(root, position++, name, *value);
    return json::toString(root);
}

std::set<std::string> namesAt(const nlohmann::json& line, const char* member) {
    return line.contains(member) ? line.at(member).get<std::set<std::string>>() : std::set<std::string>();
}

}  // namespace

void ExamplesTest::initTestCase() {
    if (!std::filesystem::exists(test::goldenFolder())) QSKIP("../shared/testdata is not here");
    clinic_ = test::makeClinic(test::server(), "hl7-examples", false);
}

void ExamplesTest::comeBackTokenForToken() {
    int sent = 0, stored = 0;
    for (const auto& line : test::gzipLines(test::goldenFolder() / "hl7-r4-examples/hl7-r4-examples.ndjson.gz")) {
        const auto document = json::Document::parse(line, {.depth = 128});
        const auto name = std::string(document.root().stringAt("resourceType")) + '/' + std::string(document.root().stringAt("id"));
        ++sent;
        const auto put = test::ask(clinic_, "PUT", name, line);
        QVERIFY2(put.status == (invalid.contains(name) ? 422 : 201), (name + ": " + put.told()).c_str());
        if (put.status != 201) continue;
        ++stored;
        const auto got = test::ask(clinic_, "GET", name);
        QCOMPARE(got.status, 200);
        QVERIFY2(got.body == put.body, name.c_str());
        QVERIFY2(tokens(got.body) == tokens(line),
                 (name + "\n" + tokens(line).substr(0, 600) + "\n" + tokens(got.body).substr(0, 600)).c_str());
        QVERIFY(got.json.at("meta").at("extension").back().at("valueReference").at("reference") == "Tenant/hl7-examples");
    }
    QCOMPARE(sent, 1'036);
    QCOMPARE(stored, 1'034);
}

void ExamplesTest::answerTheGoldenQueries() {
    int asked = 0, wrong = 0;
    for (const auto& line : test::gzipLines(test::goldenFolder() / "search-golden/hl7-examples-search.ndjson.gz")) {
        const auto told = nlohmann::json::parse(line);
        const auto query = told.at("type").get<std::string>() + "?" + told.at("query").get<std::string>();
        if (leftOut.contains(query)) continue;
        auto must = namesAt(told, "must");
        const auto may = namesAt(told, "may");
        for (const auto& name : invalid) must.erase(name);
        ++asked;
        std::string fault;
        // The queries are written as people type them; what no address may hold is escaped.
        std::string address;
        for (const unsigned char c : query)
            address += c <= 0x20 || c >= 0x7f || std::string_view("\"<>\\^`{|}").find(char(c)) != std::string_view::npos
                           ? test::encoded(std::string(1, char(c)))
                           : std::string(1, char(c));
        const auto answer = test::ask(clinic_, "GET", address + "&_count=1000");
        if (answer.status != 200) {
            fault = std::to_string(answer.status) + " " + answer.told();
        } else {
            std::set<std::string> found;
            for (const auto& entry : answer.json.value("entry", nlohmann::json::array())) {
                const auto& resource = entry.at("resource");
                if (resource.at("resourceType") == "OperationOutcome")
                    fault = "a parameter was ignored";
                else if (!found.insert(resource.at("resourceType").get<std::string>() + '/' + resource.at("id").get<std::string>()).second)
                    fault = "an entry stands there twice";
            }
            for (const auto& name : must)
                if (!found.contains(name)) fault = "lacks " + name;
            for (const auto& name : found)
                if (fault.empty() && !must.contains(name) && !may.contains(name)) fault = "should not hold " + name;
        }
        if (!fault.empty() && ++wrong <= 30) qWarning("%s [%s]: %s", query.c_str(), told.value("kind", "").c_str(), fault.c_str());
    }
    qInfo("%d golden queries asked, %d wrong, %d left out", asked, wrong, int(leftOut.size()));
    QVERIFY(asked > 3'000);
    QCOMPARE(wrong, 0);
}

void ExamplesTest::answerInfernosRecordedRequests() {
    const auto clinic = test::makeClinic(test::server(), "inferno", false);
    std::vector<std::filesystem::path> files;
    for (const auto* name : {"asserted-date", "patient_85", "patient_355", "patient_907", "patient_908"})
        files.push_back(test::goldenFolder() / "inferno-reference-data" / ("uscore_bundle_" + std::string(name) + ".json.gz"));
    QCOMPARE(test::counted(test::importFiles(test::server(), clinic.id, files), "failed"), 0);
    int equal = 0, wrong = 0, unbuilt = 0;
    for (const auto& line : test::gzipLines(test::goldenFolder() / "inferno-recorded-requests/us-core-requests.ndjson.gz")) {
        const auto told = nlohmann::json::parse(line);
        const std::string url = told.at("url");
        if (told.at("method") != "GET" || url.find("include") != url.npos || url.find('?') == url.npos) {
            ++unbuilt;
            continue;
        }
        const auto answer = test::ask(clinic, "GET", url + "&_total=accurate&_count=1000");
        bool ignored = false;
        for (const auto& entry : answer.status == 200 ? answer.json.value("entry", nlohmann::json::array()) : nlohmann::json::array())
            ignored = ignored || entry.at("search").at("mode") == "outcome";
        if (answer.status != 200 || ignored) {
            ++unbuilt;
            continue;
        }
        const auto total = answer.json.at("total").get<std::int64_t>();
        const auto least = told.value("oracleTotal", told.value("totalMin", std::int64_t(0)));
        const auto most = told.value("oracleTotal", told.value("totalMax", std::int64_t(1'000'000)));
        if (total >= least && total <= most)
            ++equal;
        else if (++wrong <= 20)
            qWarning("%s: %lld, wanted %lld..%lld", url.c_str(), static_cast<long long>(total), static_cast<long long>(least),
                     static_cast<long long>(most));
    }
    qInfo("Inferno's recorded requests: %d equal, %d wrong, %d with what is not built", equal, wrong, unbuilt);
    QVERIFY(equal > 500);
    QCOMPARE(wrong, 0);
}

POLYCLINIC_TEST(ExamplesTest)
#include "examples_test.moc"
