#include <QElapsedTimer>
#include <QTest>

#include "database_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;
using db::Params;
using db::QueryClass;

/// Queues are bounded, waits end, what runs too long is stopped, and a peer that went away stops its statement.
class LimitsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void waitersAreRefused();
    void waitingEnds();
    void controlIsNeverStarved();
    void statementsTimeOut();
    void lockWaitsEnd();
    void aPeerThatWentAwayStopsItsStatement();
    void aPeerThatWentAwayLeavesTheQueue();
    void aForgottenTransactionIsEnded();
    void idleConnectionsClose();
    void cleanupTestCase();

  private:
    std::unique_ptr<TempCluster> cluster_;
    std::unique_ptr<RunningLoops> loops_;
};

void LimitsTest::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    loops_ = std::make_unique<RunningLoops>(1);
}

void LimitsTest::cleanupTestCase() {
    loops_.reset();
    cluster_.reset();
}

namespace {

struct Outcomes {
    int good = 0, refused = 0, retryAfterMissing = 0;
};

Task<void> sleepCounted(db::Database& database, double seconds, QueryClass queryClass, Outcomes& outcomes) {
    try {
        co_await one(database, "SELECT pg_sleep($1)", Params().float8(seconds), queryClass);
        ++outcomes.good;
    } catch (const Failure& failure) {
        if (failure.kind() != FailureKind::unavailable) throw;
        ++outcomes.refused;
        outcomes.retryAfterMissing += failure.retryAfter() < 1 || failure.retryAfter() > 5;
    }
}

std::string stateOf(std::function<void()> work, FailureKind kind) {
    try {
        work();
        return "no failure";
    } catch (const db::DatabaseFailure& failure) {
        return failure.kind() == kind ? failure.sqlState() : "wrong kind, " + failure.sqlState();
    }
}

}  // namespace

void LimitsTest::waitersAreRefused() {
    db::PoolSizes sizes;
    sizes.heavyPerLoop = 4;
    sizes.waiters = 50;
    OpenDatabase database(cluster_->asTenant(), *loops_, sizes);
    Outcomes outcomes;
    runBlocking((*loops_)[0], together(200, [&](int) { return sleepCounted(*database, 0.1, QueryClass::heavy, outcomes); }));
    // None is connected yet when they come: 50 may wait, 150 may not.
    QCOMPARE(outcomes.good, 50);
    QCOMPARE(outcomes.refused, 150);
    QCOMPARE(outcomes.retryAfterMissing, 0);
    QVERIFY(database->load().open <= 4);
}

void LimitsTest::waitingEnds() {
    db::PoolSizes sizes;
    sizes.heavyPerLoop = 1;
    sizes.waitAtMost = 300ms;
    OpenDatabase database(cluster_->asTenant(), *loops_, sizes);
    Outcomes outcomes;
    QElapsedTimer timer;
    timer.start();
    runBlocking((*loops_)[0], together(2, [&](int) { return sleepCounted(*database, 1, QueryClass::heavy, outcomes); }));
    QCOMPARE(outcomes.good, 1);
    QCOMPARE(outcomes.refused, 1);
    QVERIFY(timer.elapsed() < 1'500);
}

void LimitsTest::controlIsNeverStarved() {
    db::PoolSizes sizes;
    sizes.quickPerLoop = 1;
    sizes.heavyPerLoop = 1;
    OpenDatabase database(cluster_->asTenant(), *loops_, sizes);
    const auto answered = runBlocking((*loops_)[0], [](db::Database& database) -> Task<qint64> {
        Outcomes outcomes;
        auto busy =
            together(20, [&](int i) { return sleepCounted(database, 0.2, i % 2 ? QueryClass::quick : QueryClass::heavy, outcomes); });
        QElapsedTimer timer;
        timer.start();
        auto health = [](db::Database& database, QElapsedTimer& timer) -> Task<qint64> {
            co_await one(database, "SELECT 1", {}, QueryClass::control);
            co_return timer.elapsed();
        };
        auto answered = std::make_shared<qint64>(-1);
        spawn([](Task<qint64> task, std::shared_ptr<qint64> answered) -> Task<void> { *answered = co_await task; }(health(database, timer),
                                                                                                                   answered));
        co_await busy;
        co_return *answered;
    }(*database));
    QVERIFY2(answered >= 0 && answered < 500, std::to_string(answered).c_str());
}

void LimitsTest::statementsTimeOut() {
    db::PoolSizes sizes;
    sizes.statementTimeout = 200ms;
    OpenDatabase database(cluster_->asTenant(), *loops_, sizes);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(stateOf([&] { oneNow(*loops_, *database, "SELECT pg_sleep(5)", {}, QueryClass::heavy); }, FailureKind::timedOut),
             std::string("57014"));
    QVERIFY(timer.elapsed() < 1'000);
    QCOMPARE(oneNow(*loops_, *database, "SELECT 1::int4", {}, QueryClass::heavy).int4(0, 0), 1);
}

void LimitsTest::lockWaitsEnd() {
    OpenDatabase database(cluster_->asTenant(), *loops_);
    runBlocking((*loops_)[0], database.session(clinicA).run(insertion("held", 1, "x")));
    const auto waited = runBlocking((*loops_)[0], [](OpenDatabase& database) -> Task<std::string> {
        constexpr db::TenantSql change("UPDATE resource SET pack = 2 WHERE tenant_id = $1 AND id = $2");
        auto holder = co_await database.session(clinicA).begin();
        co_await holder.run({change, Params().text("held")});
        try {
            co_await database.session(clinicA).run({change, Params().text("held")}, QueryClass::heavy);
        } catch (const db::DatabaseFailure& failure) {
            co_return failure.kind() == FailureKind::conflict ? failure.sqlState() : "wrong kind";
        }
        co_return "no failure";
    }(database));
    QCOMPARE(waited, std::string("55P03"));
}

void LimitsTest::aPeerThatWentAwayStopsItsStatement() {
    OpenDatabase database(cluster_->asTenant(), *loops_);
    const auto took = runBlocking((*loops_)[0], [](db::Database& database) -> Task<qint64> {
        Disconnect peer;
        const auto timer = Loop::current().after(100ms, [&peer] { peer.signal(); });
        QElapsedTimer clock;
        clock.start();
        std::vector<db::Statement> statements;
        statements.push_back({"SELECT pg_sleep(8)", {}});
        try {
            co_await database.run(std::move(statements), QueryClass::heavy, &peer);
        } catch (const db::DatabaseFailure& failure) {
            if (failure.sqlState() == "57014") co_return clock.elapsed();
        }
        co_return -1;
    }(*database));
    QVERIFY2(took > 0 && took < 1'000, std::to_string(took).c_str());
    // The cancel hits nobody after that.
    for (int i = 0; i < 20; ++i) oneNow(*loops_, *database, "SELECT pg_sleep(0.005)", {}, QueryClass::heavy);
    QCOMPARE(oneNow(*loops_, *database,
                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%sleep(8)%' AND state = 'active'"
                    " AND pid <> pg_backend_pid()")
                 .int8(0, 0),
             std::int64_t(0));
}

void LimitsTest::aPeerThatWentAwayLeavesTheQueue() {
    db::PoolSizes sizes;
    sizes.heavyPerLoop = 1;
    OpenDatabase database(cluster_->asTenant(), *loops_, sizes);
    const auto took = runBlocking((*loops_)[0], [](db::Database& database) -> Task<qint64> {
        Outcomes outcomes;
        spawn(sleepCounted(database, 1, QueryClass::heavy, outcomes));
        co_await sleepFor(50ms);
        Disconnect peer;
        const auto timer = Loop::current().after(50ms, [&peer] { peer.signal(); });
        QElapsedTimer clock;
        clock.start();
        qint64 took = -1;
        std::vector<db::Statement> statements;
        statements.push_back({"SELECT 1", {}});
        try {
            co_await database.run(std::move(statements), QueryClass::heavy, &peer);
        } catch (const Failure&) {
            took = clock.elapsed();
        }
        while (outcomes.good + outcomes.refused == 0) co_await sleepFor(20ms);
        // Who waits is stopped, never who runs.
        co_return outcomes.good == 1 ? took : -2;
    }(*database));
    QVERIFY2(took >= 0 && took < 500, std::to_string(took).c_str());
}

void LimitsTest::aForgottenTransactionIsEnded() {
    // R31 scaled: the server ends it, and the next use says so.
    OpenDatabase database(cluster_->asTenant() + " options='-c app.note=x'", *loops_);
    const auto ended = runBlocking((*loops_)[0], [](OpenDatabase& database) -> Task<bool> {
        auto transaction = co_await database->begin();
        std::vector<db::Statement> shorter;
        shorter.push_back({"SET idle_in_transaction_session_timeout = 200", {}});
        co_await transaction.run(std::move(shorter));
        co_await sleepFor(600ms);
        try {
            co_await transaction.commit();
        } catch (const Failure& failure) {
            co_return failure.kind() == FailureKind::unavailable;
        }
        co_return false;
    }(database));
    QVERIFY(ended);
    QCOMPARE(oneNow(*loops_, *database, "SELECT current_setting('app.note')", {}, QueryClass::heavy).text(0, 0), std::string_view("x"));
    const auto limit = oneNow(*loops_, *database, "SELECT current_setting('idle_in_transaction_session_timeout')");
    QCOMPARE(limit.text(0, 0), std::string_view("1min"));
}

void LimitsTest::idleConnectionsClose() {
    db::PoolSizes sizes;
    sizes.closeIdleAfter = std::chrono::seconds(1);
    OpenDatabase database(cluster_->asTenant(), *loops_, sizes);
    Outcomes outcomes;
    runBlocking((*loops_)[0], together(4, [&](int) { return sleepCounted(*database, 0.05, QueryClass::heavy, outcomes); }));
    QCOMPARE(outcomes.good, 4);
    QCOMPARE(database->load().open, 4u);
    QTRY_COMPARE_WITH_TIMEOUT(database->load().open, 1u, 4'000);
}

POLYCLINIC_TEST(LimitsTest)
#include "limits_test.moc"
