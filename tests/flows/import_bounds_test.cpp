// Imports of files that are larger than they look: the server answers others meanwhile, keeps little of them in memory,
// keeps the job's lease and hears that it should stop.

#include <zlib.h>

#include <QScopeGuard>
#include <QTest>

#include "flow.h"
#include "server_database.h"
#include "test_case.h"

using namespace polyclinic;
using namespace std::chrono_literals;
using Json = nlohmann::json;

class ImportBoundsTest : public QObject {
    Q_OBJECT
  private slots:
    void init();
    void endlessFilesHoldNothingUp_data();
    void endlessFilesHoldNothingUp();
    void largeDocumentsAreStoredWithLittleMemory();
    void longLinesCostTheirOwnSize();
    void aLongListOfJobsIsReadFromTheDirectory();
    void jobsOfBeforeAreListed();

  private:
    test::Clinic clinic_;
};

namespace {

/// The pieces one after the other, each `times` times: members of one gzip file, as the format allows.
void writeMembers(const std::filesystem::path& path, const std::string& piece, int times) {
    const auto one = path.string() + ".one";
    gzFile file = gzopen(one.c_str(), "wb9");
    gzwrite(file, piece.data(), unsigned(piece.size()));
    gzclose(file);
    std::ifstream in(one, std::ios::binary);
    const std::string member{std::istreambuf_iterator<char>(in), {}};
    std::ofstream out(path, std::ios::binary);
    for (int i = 0; i < times; ++i) out << member;
    out.close();
    std::filesystem::remove(one);
    std::filesystem::permissions(path, std::filesystem::perms(0644));
}

long memoryOf(pid_t pid, const char* what) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(what)) return std::atol(line.c_str() + std::string(what).size() + 1) / 1024;
    return 0;
}

std::string startOf(const std::filesystem::path& file) {
    const auto started = test::operate(test::server(), "POST", "/admin/api/Tenant/bounds/$import",
                                       {{"files", {std::filesystem::weakly_canonical(file).string()}}});
    if (started.status != 202) throw std::runtime_error(started.told());
    return started.json.at("id");
}

Json jobOf(const std::string& id) { return test::operate(test::server(), "GET", "/admin/api/Job/" + id).json; }

template <class Condition>
bool until(Condition condition, std::chrono::seconds patience = 60s) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

}  // namespace

void ImportBoundsTest::init() {
    if (clinic_.id.empty()) clinic_ = test::makeClinic(test::server(), "bounds", false);
}

void ImportBoundsTest::endlessFilesHoldNothingUp_data() {
    QTest::addColumn<QString>("name");
    const auto folder = test::scratch(test::server(), "endless");
    // Tens of gigabytes, once they are unpacked.
    writeMembers(folder / "newlines.ndjson.gz", std::string(64 << 20, '\n'), 1'000);
    writeMembers(folder / "blanks.ndjson.gz", std::string(1000, ' ') + "\t\r\n" + std::string(64 << 20, ' '), 1'000);
    std::string rubbish;
    while (rubbish.size() < 64 << 20) rubbish += "x\n{\n[]\n";
    writeMembers(folder / "rubbish.ndjson.gz", rubbish, 100);
    for (const auto* name : {"newlines.ndjson.gz", "blanks.ndjson.gz", "rubbish.ndjson.gz"}) QTest::newRow(name) << name;
}

void ImportBoundsTest::endlessFilesHoldNothingUp() {
    QFETCH(QString, name);
    const auto before = memoryOf(test::server().pid(), "VmRSS:");
    const test::ServerDatabase database(test::server());
    const auto id = startOf(test::server().folder() / "endless" / name.toStdString());
    QVERIFY(until([&] {
        return jobOf(id).at("status") == "running" && jobOf(id).contains("progress") && jobOf(id).at("progress").at("bytesDone") > 0;
    }));
    // Whoever reads a file keeps no loop waiting: every address answers, hundreds of times.
    for (int i = 0; i < 200; ++i) {
        QCOMPARE(test::http("GET", test::server().base() + "/health/live").status, 200);
        if (i % 20 == 0) QCOMPARE(test::ask(clinic_, "GET", "Patient?_count=1").status, 200);
    }
    // The lease is renewed, whatever the job is busy with.
    database.asSuperuser("UPDATE job_queue SET leased_until = now() + interval '3 seconds' WHERE id = '" + id + "'");
    QVERIFY(until([&] {
        return database.asSuperuser("SELECT leased_until > now() + interval '10 seconds' FROM job_queue WHERE id = '" + id + "'") ==
               std::vector<std::string>{"t"};
    }));
    QVERIFY(database.asSuperuser("SELECT attempts FROM job_queue WHERE id = '" + id + "'") == std::vector<std::string>{"1"});
    QVERIFY2(memoryOf(test::server().pid(), "VmRSS:") < before + 150, std::to_string(memoryOf(test::server().pid(), "VmRSS:")).c_str());
    QCOMPARE(test::operate(test::server(), "DELETE", "/admin/api/Job/" + id).status, 202);
    QVERIFY(until([&] { return jobOf(id).at("status") == "cancelled"; }, 20s));
    const auto done = jobOf(id).at("progress").at("bytesDone");
    std::this_thread::sleep_for(300ms);
    QCOMPARE(jobOf(id).at("progress").at("bytesDone"), done);
}

void ImportBoundsTest::largeDocumentsAreStoredWithLittleMemory() {
    constexpr int documents = 60;
    const auto file = test::scratch(test::server(), "large-documents") / "documents.ndjson.gz";
    const auto document = [](int number) {
        return R"({"resourceType":"Binary","id":"large-)" + std::to_string(number) + R"(","contentType":"text/plain","data":")" +
               std::string(2'000'000, 'A') + "\"}\n";
    };
    gzFile out = gzopen(file.c_str(), "wb1");
    for (int i = 0; i < documents; ++i) {
        const auto text = document(i);
        gzwrite(out, text.data(), unsigned(text.size()));
    }
    gzclose(out);
    std::filesystem::permissions(file, std::filesystem::perms(0644));
    const auto before = memoryOf(test::server().pid(), "VmRSS:");
    long most = 0;
    const auto id = startOf(file);
    QVERIFY(until(
        [&] {
            most = std::max(most, memoryOf(test::server().pid(), "VmRSS:"));
            const auto status = jobOf(id).at("status");
            return status != "queued" && status != "running";
        },
        300s));
    const auto job = jobOf(id);
    QVERIFY2(job.at("status") == "completed", job.dump().c_str());
    QVERIFY(test::byType(job, "created") == (std::map<std::string, std::int64_t>{{"Binary", documents}}));
    QVERIFY2(most < before + 150, (std::to_string(before) + " " + std::to_string(most)).c_str());
}

void ImportBoundsTest::longLinesCostTheirOwnSize() {
    const auto folder = test::scratch(test::server(), "long-lines");
    const std::string head = R"({"resourceType":"Patient","id":"long","extension":[{"url":"http://a.example","valueString":")";
    writeMembers(folder / "one.ndjson.gz", head + std::string(100 << 20, 'A'), 1);
    const auto before = memoryOf(test::server().pid(), "VmRSS:");
    long most = 0;
    const auto id = startOf(folder / "one.ndjson.gz");
    QVERIFY(until([&] {
        most = std::max(most, memoryOf(test::server().pid(), "VmRSS:"));
        return jobOf(id).at("status") == "failed";
    }));
    QVERIFY2(jobOf(id).at("failure").get<std::string>().find("a line is longer than 64 MB") != std::string::npos, jobOf(id).dump().c_str());
    QVERIFY2(most < before + 150, (std::to_string(before) + " " + std::to_string(most)).c_str());
    // Names of members come back in errors, and are cut there.
    const auto file = folder / "names.ndjson";
    test::writeFile(file, R"({"resourceType":"Patient",")" + std::string(100'000, 'n') + "\":1}\n");
    const auto job = test::importFiles(test::server(), "bounds", {file});
    QCOMPARE(test::counted(job, "failed"), 1);
    QVERIFY(job.dump().size() < 5'000);
}

void ImportBoundsTest::aLongListOfJobsIsReadFromTheDirectory() {
    const auto other = test::makeClinic(test::server(), "other-jobs", true);
    const auto file = test::scratch(test::server(), "listed") / "one.ndjson";
    test::writeFile(file, "{\"resourceType\":\"Patient\",\"id\":\"listed\"}\n");
    const std::string mine = test::importFiles(test::server(), "bounds", {file}).at("id"),
                      theirs = test::importFiles(test::server(), "other-jobs", {file}).at("id");
    const auto ids = [](const std::string& query) {
        std::vector<std::string> found;
        const auto list = test::operate(test::server(), "GET", "/admin/api/Job" + query).json;
        for (const auto& entry : list.at("entry")) found.push_back(entry.at("resource").at("id"));
        return found;
    };
    const auto all = ids("");
    QVERIFY(all.size() >= 2);
    QCOMPARE(all[0], theirs);  // newest first, whosever it is
    QCOMPARE(all[1], mine);
    QVERIFY(ids("?tenant=other-jobs") == std::vector<std::string>{theirs});
    QVERIFY(ids("?tenant=nobody").empty());
    QVERIFY(test::counted(jobOf(theirs), "failed") == 0);
    // A clinic in the trash shows nothing; a clinic that is back shows it again.
    QCOMPARE(test::operate(test::server(), "DELETE", "/admin/api/Tenant/other-jobs").status, 204);
    QCOMPARE(test::operate(test::server(), "GET", "/admin/api/Job/" + theirs).status, 404);
    QCOMPARE(ids("")[0], mine);
    QCOMPARE(test::operate(test::server(), "POST", "/admin/api/Tenant/other-jobs/$restore").status, 200);
    QCOMPARE(ids("")[0], theirs);
}

/// As a data folder of before is, where the directory knew of jobs that had not ended only.
void ImportBoundsTest::jobsOfBeforeAreListed() {
    test::ServerProcess server;
    test::makeClinic(server, "former", false);
    test::makeClinic(server, "former-own", true);
    const auto file = test::scratch(server, "former") / "one.ndjson";
    test::writeFile(file, "{\"resourceType\":\"Patient\",\"id\":\"former\"}\n");
    const std::string shared = test::importFiles(server, "former", {file}).at("id"),
                      own = test::importFiles(server, "former-own", {file}).at("id");
    test::ServerDatabase(server).asSuperuser("UPDATE tenant SET jobs_listed = false");
    test::ServerDatabase(server).asSuperuser("DELETE FROM job_queue");
    QCOMPARE(test::operate(server, "GET", "/admin/api/Job/" + shared).status, 404);
    server.restart();
    for (const auto& id : {shared, own}) {
        const auto job = test::operate(server, "GET", "/admin/api/Job/" + id);
        QCOMPARE(job.status, 200);
        QVERIFY2(job.json.at("status") == "completed" && job.json.at("progress").at("done") == 1, job.body.c_str());
    }
}

POLYCLINIC_TEST(ImportBoundsTest)
#include "import_bounds_test.moc"
