// Jobs whose server dies: given to another once, then never again; those of a server that is told to stop wait for the next.

#include <zlib.h>

#include <QTest>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class JobsTest : public QObject {
    Q_OBJECT
  private slots:
    void twiceDeadIsNotTriedAgain();
    void toldToStopGivesItBack();
    void cancelledBeforeItBegan();
};

namespace {

/// Many gigabytes of blank lines: a job that lasts as long as the test likes.
fs::path endlessFile(ServerProcess& server) {
    const auto path = server.folder() / "endless.ndjson.gz", one = server.folder() / "one.gz";
    const std::string lines(64 << 20, '\n');
    gzFile file = gzopen(one.c_str(), "wb9");
    gzwrite(file, lines.data(), unsigned(lines.size()));
    gzclose(file);
    const auto member = contentsOf(one);
    std::ofstream out(path, std::ios::binary);
    for (int i = 0; i < 600; ++i) out << member;
    out.close();
    fs::permissions(path, fs::perms(0644));
    return path;
}

nlohmann::json jobOf(ServerProcess& server, const std::string& id) { return operate(server, "GET", "/admin/api/Job/" + id).json; }

template <class Condition>
bool until(Condition condition) {
    const auto start = Steady::now();
    while (!condition()) {
        if (secondsSince(start) > 60) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

}  // namespace

void JobsTest::twiceDeadIsNotTriedAgain() {
    ServerProcess server;
    for (const bool dedicated : {false, true}) {
        const std::string clinic = dedicated ? "own" : "shared";
        makeClinic(server, clinic, dedicated);
        const auto id = startImport(server, clinic, endlessFile(server));
        const auto attempts = [&] { return sql(server.dataDirectory(), "SELECT attempts FROM job_queue WHERE id = '" + id + "'"); };
        const auto lapse = [&] {
            sql(server.dataDirectory(), "UPDATE job_queue SET leased_until = now() - interval '1 second' WHERE id = '" + id + "'");
        };
        for (const auto* attempt : {"1", "2"}) {
            QVERIFY2(until([&] { return attempts() == attempt && jobOf(server, id).at("status") == "running"; }), attempts().c_str());
            server.kill9();
            server.restart();
            lapse();
        }
        QVERIFY(until([&] { return jobOf(server, id).at("status") == "failed"; }));
        QVERIFY(until([&] { return jobOf(server, id).value("failure", "").find("stopped unexpectedly twice") != std::string::npos; }));
        server.restart();
        // What waits behind it is done meanwhile.
        const auto file = server.folder() / "small.ndjson";
        std::ofstream(file) << "{\"resourceType\":\"Patient\",\"id\":\"after\"}\n";
        fs::permissions(file, fs::perms(0644));
        const auto next = startImport(server, clinic, file);
        QVERIFY(until([&] { return jobOf(server, next).at("status") == "completed"; }));
        QVERIFY(jobOf(server, id).at("status") == "failed");
        QCOMPARE(attempts(), std::string("2"));
        QCOMPARE(operate(server, "DELETE", "/admin/api/Job/" + id).status, 409);
    }
}

/// Stopped as often as one likes: only a server that dies counts.
void JobsTest::toldToStopGivesItBack() {
    ServerProcess server;
    makeClinic(server, "shared", false);
    const auto id = startImport(server, "shared", endlessFile(server));
    for (int round = 0; round < 4; ++round) {
        QVERIFY(until(
            [&] { return sql(server.dataDirectory(), "SELECT status || attempts FROM job_queue WHERE id = '" + id + "'") == "running1"; }));
        QCOMPARE(server.terminate(), 0);
        server.restart();
    }
    QCOMPARE(operate(server, "DELETE", "/admin/api/Job/" + id).status, 202);
    QVERIFY(until([&] { return jobOf(server, id).at("status") == "cancelled"; }));
}

void JobsTest::cancelledBeforeItBegan() {
    ServerProcess server;
    makeClinic(server, "shared", false);
    const auto file = endlessFile(server);
    std::vector<std::string> ids;
    for (int i = 0; i < 4; ++i) ids.push_back(startImport(server, "shared", file));  // two run at a time
    QVERIFY(until([&] { return sql(server.dataDirectory(), "SELECT count(*) FROM job_queue WHERE status = 'running'") == "2"; }));
    for (auto id = ids.rbegin(); id != ids.rend(); ++id) QCOMPARE(operate(server, "DELETE", "/admin/api/Job/" + *id).status, 202);
    for (const auto& id : ids) QVERIFY(until([&] { return jobOf(server, id).at("status") == "cancelled"; }));
    QCOMPARE(sql(server.dataDirectory(), "SELECT attempts FROM job_queue WHERE id = '" + ids.back() + "'"), std::string("0"));
}

POLYCLINIC_TEST(JobsTest)
#include "jobs_test.moc"
