#include <signal.h>

#include <QElapsedTimer>
#include <QFile>
#include <QTest>
#include <atomic>
#include <set>
#include <thread>

#include "../db/database_fixture.h"
#include "cutting_proxy.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;
using db::Params;
using db::QueryClass;

/// Servers and connections that die under load: what was answered is kept, the rest is 503, and it comes back by itself.
class PostgresCrashTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void killedBackend();
    void writersThroughAnEnd_data();
    void writersThroughAnEnd();
    void stoppedServer();
    void connectionCutAroundCommit();
    void cleanupTestCase();

  private:
    std::vector<pid_t> serverProcesses();
    std::unique_ptr<TempCluster> cluster_;
    std::unique_ptr<RunningLoops> loops_;
};

void PostgresCrashTest::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    loops_ = std::make_unique<RunningLoops>(2);
}

void PostgresCrashTest::cleanupTestCase() {
    loops_.reset();
    cluster_.reset();
}

namespace {

/// Tries until it works; the time that took, or -1 after `limit`.
qint64 timeUntilBack(RunningLoops& loops, db::Database& database, qint64 limit) {
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < limit) {
        try {
            oneNow(loops, database, "SELECT 1");
            oneNow(loops, database, "SELECT 1", {}, QueryClass::heavy);
            return timer.elapsed();
        } catch (const Failure&) {
            QTest::qWait(20);
        }
    }
    return -1;
}

struct Written {
    std::set<std::string> acknowledged;  // used on one loop
    int refused = 0;
    std::string wrong;
};

Task<void> writeUntil(db::TenantSession session, std::atomic<bool>& stop, int writer, Written& written) {
    static std::atomic<std::int64_t> rid{1};
    for (int i = 0; !stop; ++i) {
        const std::int64_t number = rid++;
        const std::string id = "w" + std::to_string(writer) + "-" + std::to_string(number);
        try {
            co_await session.run(insertion(id, number, "x"));
            written.acknowledged.insert(id);
            continue;
        } catch (const Failure& failure) {
            ++written.refused;
            if (failure.kind() != FailureKind::unavailable || failure.retryAfter() < 1) written.wrong = failure.what();
        }
        co_await sleepFor(20ms);
    }
}

/// One transaction through the proxy; "stored", "unavailable", or the SQLSTATE.
Task<std::string> commitThrough(OpenDatabase& database, CuttingProxy& proxy, std::string id, int round, bool cut) {
    try {
        auto transaction = co_await database.session(clinicA).begin();
        std::vector<db::TenantStatement> statements;
        statements.push_back(insertion(id, 1'000'000 + round, "x"));
        if (cut && round % 3 == 0) proxy.swallowAnswer();
        if (cut && round % 3 == 1) proxy.cutAfter(std::chrono::microseconds(std::rand() % 3'000));
        if (cut && round % 3 == 2) proxy.cutNow();
        co_await transaction.runAndCommit(std::move(statements));
        co_return "stored";
    } catch (const db::DatabaseFailure& failure) {
        if (failure.kind() == FailureKind::unavailable) co_return "unavailable";
        co_return failure.sqlState();
    }
}

}  // namespace

/// R03.
void PostgresCrashTest::killedBackend() {
    OpenDatabase database(cluster_->asTenant(), *loops_);
    const int victim = oneNow(*loops_, *database, "SELECT pg_backend_pid()", {}, QueryClass::control).int4(0, 0);
    Written written;
    std::atomic<bool> stop{false};
    QElapsedTimer timer;
    timer.start();
    std::thread writers(
        [&] { runBlocking((*loops_)[0], together(4, [&](int i) { return writeUntil(database.session(clinicA), stop, i, written); })); });
    QTest::qWait(200);
    kill(victim, SIGKILL);
    QTest::qWait(1'500);
    stop = true;
    writers.join();
    QVERIFY2(written.wrong.empty(), written.wrong.c_str());
    QVERIFY2(written.refused > 0, "all sessions end when one is killed");
    const auto back = timeUntilBack(*loops_, *database, 5'000);
    QVERIFY(back >= 0);
    const auto kept = runBlocking((*loops_)[0], database.session(clinicA).run({countResources, Params()})).int8(0, 0);
    QVERIFY(kept >= std::int64_t(written.acknowledged.size()));
}

void PostgresCrashTest::writersThroughAnEnd_data() {
    QTest::addColumn<bool>("crash");
    QTest::newRow("R02 postmaster killed, round 1") << true;
    QTest::newRow("R02 postmaster killed, round 2") << true;
    QTest::newRow("R02 postmaster killed, round 3") << true;
    QTest::newRow("R27 restarted") << false;
}

void PostgresCrashTest::writersThroughAnEnd() {
    QFETCH(bool, crash);
    OpenDatabase database(cluster_->asTenant(), *loops_);
    QVERIFY(timeUntilBack(*loops_, *database, 15'000) >= 0);
    Written written;
    std::atomic<bool> stop{false};
    std::thread writers(
        [&] { runBlocking((*loops_)[0], together(4, [&](int i) { return writeUntil(database.session(clinicB), stop, i, written); })); });
    QTest::qWait(300);
    const int before = cluster_->server().postmasterPid();
    if (crash) {
        kill(before, SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(cluster_->server().postmasterPid() != before, 5'000);
        QTRY_VERIFY_WITH_TIMEOUT(cluster_->server().state() == db::ManagedPostgres::State::running, 15'000);
    } else {
        cluster_->server().stop();
        cluster_->server().start({});
    }
    const auto back = timeUntilBack(*loops_, *database, 15'000);
    const auto soFar = written.refused;
    QTest::qWait(300);
    stop = true;
    writers.join();
    QVERIFY(back >= 0);
    QVERIFY2(written.wrong.empty(), written.wrong.c_str());
    QVERIFY(soFar > 0);
    QVERIFY(written.acknowledged.size() > 10);
    constexpr db::TenantSql ids("SELECT id FROM resource WHERE tenant_id = $1");
    const auto rows = runBlocking((*loops_)[0], database.session(clinicB).run({ids, Params()}));
    std::set<std::string> kept;
    for (std::size_t i = 0; i < rows.rows(); ++i) kept.emplace(rows.text(i, 0));
    for (const auto& id : written.acknowledged) QVERIFY2(kept.count(id), "an acknowledged row is lost");
}

std::vector<pid_t> PostgresCrashTest::serverProcesses() {
    const pid_t postmaster = cluster_->server().postmasterPid();
    std::vector<pid_t> all{postmaster};
    QFile children("/proc/" + QString::number(postmaster) + "/task/" + QString::number(postmaster) + "/children");
    if (children.open(QIODevice::ReadOnly))
        for (const auto& pid : children.readAll().split(' '))
            if (pid.toInt() > 0) all.push_back(pid.toInt());
    return all;
}

/// R06, scaled: everything of PostgreSQL stands still; requests end in 503 and the queue stays bounded.
void PostgresCrashTest::stoppedServer() {
    db::PoolSizes sizes;
    sizes.statementTimeout = 500ms;
    sizes.waitAtMost = 1'000ms;
    sizes.waiters = 100;
    OpenDatabase database(cluster_->asTenant(), *loops_, sizes);
    QVERIFY(timeUntilBack(*loops_, *database, 15'000) >= 0);
    const auto processes = serverProcesses();
    QVERIFY(processes.size() > 3);
    for (const pid_t pid : processes) kill(pid, SIGSTOP);
    int refused = 0, other = 0;
    QElapsedTimer timer;
    timer.start();
    runBlocking((*loops_)[0], together(300, [&](int) -> Task<void> {
                    return [](db::Database& database, int& refused, int& other) -> Task<void> {
                        try {
                            co_await one(database, "SELECT 1");
                            ++other;
                        } catch (const Failure& failure) {
                            ++(failure.kind() == FailureKind::unavailable ? refused : other);
                        }
                    }(*database, refused, other);
                }));
    const auto took = timer.elapsed();
    const auto waiting = database->load().waiting;
    for (const pid_t pid : processes) kill(pid, SIGCONT);
    QCOMPARE(other, 0);
    QCOMPARE(refused, 300);
    QVERIFY2(took < 5'000, std::to_string(took).c_str());
    QCOMPARE(waiting, 0u);
    QVERIFY(timeUntilBack(*loops_, *database, 5'000) >= 0);
}

/// R29, scaled: the connection is lost at any moment around COMMIT, and in every third round between COMMIT and its
/// answer. A success is a stored row; all else is 503, and a retry adds no second row.
void PostgresCrashTest::connectionCutAroundCommit() {
    CuttingProxy proxy(cluster_->server().socketDirectory() / ".s.PGSQL.5432", cluster_->scratch());
    OpenDatabase database(cluster_->asTenant() + " host=" + proxy.folder().string(), *loops_);
    QVERIFY(timeUntilBack(*loops_, *database, 15'000) >= 0);
    constexpr int rounds = 150;
    int acknowledged = 0, inDoubt = 0, inDoubtKept = 0;
    std::srand(7);
    for (int round = 0; round < rounds; ++round) {
        const std::string id = "doubt-" + std::to_string(round);
        const auto write = [&](bool cut) { return runBlocking((*loops_)[0], commitThrough(database, proxy, id, round, cut)); };
        const auto outcome = write(true);
        if (outcome != "stored") QCOMPARE(QString::fromStdString(outcome), QString("unavailable"));
        QVERIFY(timeUntilBack(*loops_, *database, 5'000) >= 0);
        const auto read = [&] {
            return runBlocking((*loops_)[0], database.session(clinicA).run({readResource, Params().text(id)}, QueryClass::control)).rows();
        };
        proxy.forward();
        const bool kept = read() == 1;
        if (outcome == "stored") QVERIFY2(kept, "an acknowledged row is lost");
        acknowledged += outcome == "stored";
        inDoubt += outcome != "stored";
        inDoubtKept += outcome != "stored" && kept;
        const auto again = write(false);
        QCOMPARE(QString::fromStdString(again), QString(kept ? "23505" : "stored"));
        QCOMPARE(read(), std::size_t(1));
    }
    qInfo("%d acknowledged, %d in doubt, of which %d were stored", acknowledged, inDoubt, inDoubtKept);
    QVERIFY(acknowledged > 0);
    QVERIFY2(inDoubtKept > 0, "the cut never came between COMMIT and its answer");
    QVERIFY2(inDoubt > inDoubtKept, "the cut never came before COMMIT");
}

POLYCLINIC_TEST(PostgresCrashTest)
#include "postgres_crash_test.moc"
