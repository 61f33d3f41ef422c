#include <QElapsedTimer>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>
#include <algorithm>
#include <atomic>
#include <fstream>

#include "database_fixture.h"
#include "db/cluster_files.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using db::Params;

/// A read of one record as the product does it (row security, setting and statement in one trip, two loops, 16 in
/// flight) beside pgbench with the same query without any of it. Rounds alternate; the ratio is what counts.
class ThroughputTest : public QObject {
    Q_OBJECT
  private slots:
    void pointReads();
};

namespace {

constexpr int records = 2'000;

Task<void> readUntil(db::TenantSession session, const QElapsedTimer& clock, qint64 until, unsigned seed, std::atomic<long>& reads) {
    while (clock.elapsed() < until) {
        seed = seed * 1664525u + 1013904223u;
        const auto row = co_await session.run({readResource, Params().text("r" + std::to_string(seed % records))});
        if (row.rows() != 1) throw std::runtime_error("a record is missing");
        ++reads;
    }
}

double ours(OpenDatabase& database, RunningLoops& loops) {
    std::atomic<long> reads{0};
    QElapsedTimer clock;
    clock.start();
    std::vector<std::thread> threads;
    for (unsigned loop = 0; loop < 2; ++loop)
        threads.emplace_back([&, loop] {
            runBlocking(loops[loop], together(8, [&, loop](int i) {
                            return readUntil(database.session(clinicA), clock, 2'000, loop * 8 + unsigned(i), reads);
                        }));
        });
    for (auto& thread : threads) thread.join();
    return double(reads) * 1'000 / double(clock.elapsed());
}

double pgbench(const TempCluster& cluster, const std::filesystem::path& script) {
    QProcess process;
    process.start(QString::fromStdString((db::postgresPrograms() / "pgbench").string()),
                  {"-n", "-M", "prepared", "-c", "16", "-j", "2", "-T", "2", "-f", QString::fromStdString(script.string()),
                   QString::fromStdString(cluster.asBootstrap())});
    process.waitForFinished(20'000);
    const auto match = QRegularExpression("tps = ([0-9.]+)").match(process.readAllStandardOutput());
    return match.captured(1).toDouble();
}

}  // namespace

void ThroughputTest::pointReads() {
    TempCluster cluster;
    RunningLoops loops(2);
    OpenDatabase database(cluster.asTenant(), loops);
    runBlocking(loops[0], together(records / 4, [&](int i) -> Task<void> {
                    return [](db::TenantSession session, int i) -> Task<void> {
                        for (int n = i * 4; n < i * 4 + 4; ++n)
                            co_await session.run(insertion("r" + std::to_string(n), n, std::string(1'400, 'x')));
                    }(database.session(clinicA), i);
                }));
    const auto script = cluster.scratch() / "read.sql";
    std::ofstream(script) << "\\set n random(0, " << records - 1 << ")\n"
                          << "SELECT content FROM resource WHERE tenant_id = 101 AND type = 1 AND id = 'r' || :n;\n";
    std::vector<double> ratios;
    double best = 0, bestBench = 0;
    for (int round = 0; round < 3; ++round) {
        const double bench = pgbench(cluster, script), mine = ours(database, loops);
        QVERIFY(bench > 0);
        ratios.push_back(mine / bench);
        best = std::max(best, mine);
        bestBench = std::max(bestBench, bench);
    }
    std::sort(ratios.begin(), ratios.end());
    qInfo("reads: %.0f/s, pgbench %.0f/s (best of 3), ratio %.2f (median)", best, bestBench, ratios[1]);
    // A machine under other load shakes this; four round trips instead of one would be below it on any.
    QVERIFY2(ratios[1] > 0.4, "reads take more round trips than they should");
}

POLYCLINIC_TEST(ThroughputTest)
#include "throughput_test.moc"
