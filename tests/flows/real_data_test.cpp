// Record sets that nobody here wrote, through the import: every resource arrives, and a second run adds none.

#include <QTest>
#include <set>

#include "flow.h"
#include "test_case.h"

using namespace polyclinic;

class RealDataTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void everyResourceArrivesOnce_data();
    void everyResourceArrivesOnce();
    void serverStaysSmall();
};

namespace {

/// Resources of the files by type, counted once per identity: Synthea repeats an Organization in every patient's Bundle.
std::map<std::string, std::int64_t> typesIn(const std::filesystem::path& folder, std::int64_t& all) {
    std::map<std::string, std::set<std::string>> seen;
    const auto add = [&](const nlohmann::json& resource, const std::string& name) {
        ++all;
        const std::string type = resource.at("resourceType");
        seen[type].insert(!name.empty() ? name : resource.value("id", "#" + std::to_string(all)));
    };
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        for (const auto& line : test::gzipLines(file.path())) {
            const auto json = nlohmann::json::parse(line);
            if (json.at("resourceType") != "Bundle") {
                add(json, "");
                continue;
            }
            for (const auto& entry : json.at("entry")) {
                const auto url = entry.value("fullUrl", "");
                add(entry.at("resource"), entry.at("request").at("method") == "POST" && url.starts_with("urn:uuid:") ? url.substr(9) : "");
            }
        }
    }
    std::map<std::string, std::int64_t> types;
    for (const auto& [type, names] : seen) types[type] = std::int64_t(names.size());
    return types;
}

}  // namespace

void RealDataTest::initTestCase() {
    if (!std::filesystem::exists(test::goldenFolder())) QSKIP("../shared/testdata is not here");
}

void RealDataTest::everyResourceArrivesOnce_data() {
    QTest::addColumn<QString>("folder");
    QTest::addColumn<qint64>("resources");  // entries of Bundles and single ones, as the folder's own page says
    QTest::addColumn<qint64>("identities");
    QTest::newRow("Synthea Bundles") << "synthea-2019-r4" << qint64(38'971) << qint64(38'473);
    QTest::newRow("Synthea NDJSON with conditional references") << "synthea-uscore-bulk-10" << qint64(7'160) << qint64(7'160);
    QTest::newRow("Inferno's reference data") << "inferno-reference-data" << qint64(1'005) << qint64(1'005);
    QTest::newRow("a small practice") << "fhir-test-data-r4" << qint64(6'202) << qint64(6'202);
}

void RealDataTest::everyResourceArrivesOnce() {
    QFETCH(QString, folder);
    QFETCH(qint64, resources);
    QFETCH(qint64, identities);
    const auto path = test::goldenFolder() / folder.toStdString();
    std::int64_t entries = 0, distinct = 0;
    const auto wanted = typesIn(path, entries);
    for (const auto& [type, count] : wanted) distinct += count;
    QCOMPARE(entries, resources);
    QCOMPARE(distinct, identities);

    const auto clinic = test::makeClinic(test::server(), folder.toStdString(), false);
    const auto begun = std::chrono::steady_clock::now();
    const auto job = test::importFiles(test::server(), clinic.id, {path});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    QVERIFY2(job.at("status") == "completed", job.dump().c_str());
    QVERIFY2(job.at("error").empty(), job.at("error").dump().c_str());
    QCOMPARE(test::counted(job, "failed"), 0);
    QCOMPARE(job.at("progress").at("done").get<std::int64_t>(), resources);
    QVERIFY(test::byType(job, "created") == wanted);
    QVERIFY(test::typesOf(test::server(), clinic.id) == wanted);
    qInfo("%s: %lld resources in %.2f s, %.0f/s", qPrintable(folder), resources, seconds, double(resources) / seconds);

    const auto again = test::importFiles(test::server(), clinic.id, {path});
    QVERIFY2(again.at("status") == "completed", again.dump().c_str());
    QVERIFY2(test::byType(again, "created").empty(), again.at("result").dump().c_str());
    std::int64_t updated = 0;
    for (const auto& [type, count] : test::byType(again, "updated")) {
        // The same practice with other figures of use in every patient's Bundle: the last one stays.
        QVERIFY2(type == "Organization" || type == "Practitioner", type.c_str());
        updated += count;
    }
    QVERIFY(folder == "synthea-2019-r4" || updated == 0);
    QCOMPARE(test::counted(again, "unchanged") + updated, resources);
    QVERIFY(test::typesOf(test::server(), clinic.id) == wanted);

    // Links between the entries arrive as links to what was stored.
    const auto encounters = test::ask(clinic, "GET", "Encounter?_count=50");
    QCOMPARE(encounters.status, 200);
    for (const auto& entry : encounters.json.at("entry")) {
        const std::string subject = entry.at("resource").at("subject").at("reference");
        QVERIFY2(test::ask(clinic, "GET", subject).status == 200, subject.c_str());
    }
    QCOMPARE(encounters.body.find("urn:uuid:"), std::string::npos);
    QCOMPARE(encounters.body.find("Practitioner?"), std::string::npos);
}

void RealDataTest::serverStaysSmall() {
#ifdef __SANITIZE_ADDRESS__
    QSKIP("AddressSanitizer keeps what was freed: the memory is not the server's");
#endif
    std::ifstream status("/proc/" + std::to_string(test::server().pid()) + "/status");
    long kilobytes = 0;
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:")) kilobytes = std::atol(line.c_str() + 6);
    qInfo("resident after the imports: %ld MB", kilobytes / 1024);
    QVERIFY(kilobytes > 0);
    QVERIFY(kilobytes <= 150 * 1024);
}

POLYCLINIC_TEST(RealDataTest)
#include "real_data_test.moc"
