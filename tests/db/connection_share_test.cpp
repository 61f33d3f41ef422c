// Many databases on few connections: everybody is served, in turn, and PostgreSQL never sees more than it may.

#include <QTest>

#include "database_fixture.h"
#include "db/connection_budget.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class ConnectionShareTest : public QObject {
    Q_OBJECT
  private slots:
    void manyDatabasesStayWithinIt();
    void theIdlestMakesRoom();
    void whoWaitedLongestGoesFirst();
    void aBusyOneLetsOthersIn();
    void whoGetsNoneIsToldInTime();
    void whoWasHereBeforeIsToldInTimeToo();
    void whoseConnectionEndedComesBack();
    void idleOnesAreClosedToTheLast();

  private:
    test::TempCluster cluster_;
};

namespace {

/// Databases that are one in truth: what counts is that each has pools of its own.
struct Sharers {
    Sharers(test::TempCluster& cluster, RunningLoops& loops, unsigned most, int count, db::PoolSizes sizes = {})
        : share(loops.all(), most) {
        for (int i = 0; i < count; ++i) databases.push_back(std::make_unique<db::Database>(cluster.asTenant(), loops.all(), sizes, &share));
    }
    ~Sharers() {
        for (const auto& database : databases) database->close();
    }
    db::Database& operator[](std::size_t i) { return *databases[i]; }

    db::ConnectionBudget share;
    std::vector<std::unique_ptr<db::Database>> databases;
};

/// As PostgreSQL counts them.
std::int64_t openOnes(RunningLoops& loops, db::Database& looker) {
    return oneNow(loops, looker, "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename <> current_user")
        .int8(0, 0);
}

Task<void> sleepOn(db::Database& database, std::string seconds, db::QueryClass queryClass) {
    std::vector<db::Statement> statements;
    statements.push_back({"SELECT 1 FROM pg_sleep(" + seconds + ")", {}});
    co_await database.run(std::move(statements), queryClass);
}

}  // namespace

void ConnectionShareTest::manyDatabasesStayWithinIt() {
    RunningLoops loops(2);
    OpenDatabase looker(cluster_.asBootstrap(), loops);
    db::PoolSizes sizes;
    sizes.waitAtMost = std::chrono::minutes(1);  // how long it takes is the machine's affair
    Sharers sharers(cluster_, loops, 8, 40, sizes);
    std::atomic<int> done{0};
    std::atomic<std::int64_t> most{0};
    const auto work = [&](int i) -> Task<void> {
        auto& database = sharers[std::size_t(i % 40)];
        const auto queryClass = i % 3 == 0 ? db::QueryClass::quick : i % 3 == 1 ? db::QueryClass::heavy : db::QueryClass::control;
        co_await sleepOn(database, "0.002", queryClass);
        ++done;
    };
    std::vector<std::thread> threads;
    for (std::size_t loop = 0; loop < 2; ++loop) threads.emplace_back([&, loop] { runBlocking(loops[loop], together(400, work)); });
    while (done < 800) {
        most = std::max(most.load(), openOnes(loops, *looker));
        QTest::qSleep(5);
    }
    for (auto& thread : threads) thread.join();
    // Those that are just being closed PostgreSQL still counts for a moment. Without a share there were hundreds.
    QVERIFY2(most <= 14, std::to_string(most).c_str());
    QVERIFY(most >= 4);
}

void ConnectionShareTest::theIdlestMakesRoom() {
    RunningLoops loops(1);
    OpenDatabase looker(cluster_.asBootstrap(), loops);
    db::PoolSizes sizes;
    sizes.quickPerLoop = 1;
    Sharers sharers(cluster_, loops, 3, 4, sizes);
    for (const std::size_t i : {0, 1, 2, 0}) oneNow(loops, sharers[i], "SELECT 1");  // 1 is the idlest now
    QTRY_COMPARE(openOnes(loops, *looker), std::int64_t(3));
    oneNow(loops, sharers[3], "SELECT 1");
    for (const std::size_t i : {0, 2, 3}) QCOMPARE(sharers[i].load().open, 1u);
    QCOMPARE(sharers[1].load().open, 0u);
    QCOMPARE(oneNow(loops, sharers[1], "SELECT 7::bigint").int8(0, 0), std::int64_t(7));  // and comes back
    QTRY_COMPARE(openOnes(loops, *looker), std::int64_t(3));
}

void ConnectionShareTest::whoWaitedLongestGoesFirst() {
    RunningLoops loops(1);
    Sharers sharers(cluster_, loops, 2, 5);
    std::vector<int> order;  // on the loop
    runBlocking(loops[0], together(5, [&](int i) -> Task<void> {
                    co_await sleepOn(sharers[std::size_t(i)], i < 2 ? "0.2" : "0.01", db::QueryClass::heavy);
                    order.push_back(i);
                }));
    QCOMPARE(order.size(), std::size_t(5));
    std::sort(order.begin(), order.begin() + 2);
    QCOMPARE(std::vector<int>(order.begin(), order.begin() + 2), (std::vector<int>{0, 1}));
    QVERIFY(std::find(order.begin(), order.end(), 2) < std::find(order.begin(), order.end(), 4));
}

/// A database whose requests never end does not keep the others out.
void ConnectionShareTest::aBusyOneLetsOthersIn() {
    RunningLoops loops(1);
    db::PoolSizes sizes;
    sizes.quickPerLoop = 2;
    Sharers sharers(cluster_, loops, 2, 3, sizes);
    std::atomic<bool> stop{false};
    std::atomic<int> busy{0};
    std::thread load([&] {
        runBlocking(loops[0], together(64, [&](int) -> Task<void> {
                        while (!stop) {
                            co_await sleepOn(sharers[0], "0.001", db::QueryClass::quick);
                            ++busy;
                        }
                    }));
    });
    while (busy < 200) QTest::qSleep(1);
    for (int round = 0; round < 5; ++round)
        for (const std::size_t i : {1, 2}) {
            const auto begun = std::chrono::steady_clock::now();
            oneNow(loops, sharers[i], "SELECT 1");
            QVERIFY(std::chrono::steady_clock::now() - begun < 3s);
        }
    const int before = busy;
    QTRY_VERIFY(busy > before + 200);  // and goes on itself
    stop = true;
    load.join();
}

void ConnectionShareTest::whoGetsNoneIsToldInTime() {
    RunningLoops loops(1);
    db::PoolSizes sizes;
    sizes.waitAtMost = 200ms;
    Sharers sharers(cluster_, loops, 2, 3, sizes);
    auto first = runBlocking(loops[0], sharers[0].begin()), second = runBlocking(loops[0], sharers[1].begin());
    const auto begun = std::chrono::steady_clock::now();
    try {
        oneNow(loops, sharers[2], "SELECT 1");
        QFAIL("there was no connection");
    } catch (const Failure& failure) {
        QCOMPARE(failure.kind(), FailureKind::unavailable);
    }
    QVERIFY(std::chrono::steady_clock::now() - begun < 2s);
    runBlocking(loops[0], [](db::Transaction done) -> Task<void> { co_await done.commit(); }(std::move(first)));
    QCOMPARE(oneNow(loops, sharers[2], "SELECT 7::bigint").int8(0, 0), std::int64_t(7));
    runBlocking(loops[0], [](db::Transaction done) -> Task<void> { co_await done.commit(); }(std::move(second)));
}

/// A database that had a connection and lost it to others is looked after as closely as one that is new.
void ConnectionShareTest::whoWasHereBeforeIsToldInTimeToo() {
    RunningLoops loops(1);
    db::PoolSizes sizes;
    sizes.waitAtMost = 200ms;
    sizes.quickPerLoop = 1;
    Sharers sharers(cluster_, loops, 2, 3, sizes);
    oneNow(loops, sharers[2], "SELECT 1");
    QTest::qSleep(400);  // its own look at time limits has become seldom
    auto first = runBlocking(loops[0], sharers[0].begin()), second = runBlocking(loops[0], sharers[1].begin());
    QCOMPARE(sharers[2].load().open, 0u);
    const auto begun = std::chrono::steady_clock::now();
    QVERIFY_EXCEPTION_THROWN(oneNow(loops, sharers[2], "SELECT 1"), Failure);
    QVERIFY(std::chrono::steady_clock::now() - begun < 2s);
    for (auto* each : {&first, &second})
        runBlocking(loops[0], [](db::Transaction done) -> Task<void> { co_await done.commit(); }(std::move(*each)));
}

/// While its place was taken by others it cannot have seen that the database is there.
void ConnectionShareTest::whoseConnectionEndedComesBack() {
    RunningLoops loops(1);
    OpenDatabase looker(cluster_.asBootstrap(), loops);
    db::PoolSizes sizes;
    sizes.waitAtMost = 300ms;
    Sharers sharers(cluster_, loops, 2, 3, sizes);
    auto first = runBlocking(loops[0], sharers[1].begin());
    std::atomic<bool> refused{false};
    std::thread ended([&] {
        try {
            runBlocking(loops[0], sleepOn(sharers[0], "5", db::QueryClass::heavy));
        } catch (const Failure&) {
            refused = true;
        }
    });
    const std::string sleeper = "FROM pg_stat_activity WHERE usename <> current_user AND query LIKE '%pg_sleep%'";
    QTRY_COMPARE(oneNow(loops, *looker, "SELECT count(*) " + sleeper).int8(0, 0), std::int64_t(1));
    std::thread other([&] { runBlocking(loops[0], sleepOn(sharers[2], "0.01", db::QueryClass::heavy)); });  // waits for a place
    QTest::qSleep(20);
    oneNow(loops, *looker, "SELECT pg_terminate_backend(pid) " + sleeper);
    ended.join();
    other.join();
    QVERIFY(refused);
    QTest::qSleep(400);  // longer than anyone waits
    QCOMPARE(sharers[0].load().open, 0u);
    runBlocking(loops[0], [](db::Transaction done) -> Task<void> { co_await done.commit(); }(std::move(first)));
    QCOMPARE(oneNow(loops, sharers[0], "SELECT 7::bigint", {}, db::QueryClass::heavy).int8(0, 0), std::int64_t(7));
}

void ConnectionShareTest::idleOnesAreClosedToTheLast() {
    RunningLoops loops(1);
    OpenDatabase looker(cluster_.asBootstrap(), loops);
    db::PoolSizes sizes;
    sizes.closeIdleAfter = 1s;
    sizes.quickPerLoop = 1;
    Sharers sharers(cluster_, loops, 8, 3, sizes);
    for (const std::size_t i : {0, 1, 2}) oneNow(loops, sharers[i], "SELECT 1");
    for (const std::size_t i : {0, 1, 2}) QCOMPARE(sharers[i].load().open, 1u);
    QTRY_COMPARE_WITH_TIMEOUT(openOnes(loops, *looker), std::int64_t(0), 5000);
    QCOMPARE(oneNow(loops, sharers[0], "SELECT 7::bigint").int8(0, 0), std::int64_t(7));
}

POLYCLINIC_TEST(ConnectionShareTest)
#include "connection_share_test.moc"
