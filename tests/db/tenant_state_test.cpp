// Every transaction that writes asks, where the rows are, whether its tenant is open.

#include <QTest>

#include "database_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class TenantStateTest : public QObject {
    Q_OBJECT
  private slots:
    void closedTenantsAreNotWritten_data();
    void closedTenantsAreNotWritten();
    void whoClosesWaitsForWriters();
    void aWriteIsOneRoundTrip();

  private:
    TempCluster cluster_;
    RunningLoops loops_{2};
};

namespace {

constexpr db::TenantSql setState(
    "INSERT INTO tenant_state (tenant_id, closed) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET closed = excluded.closed");
constexpr db::TenantSql drainedSql(
    "SELECT pg_try_advisory_xact_lock((4242::bigint << 32) + tenant_id) FROM (SELECT $1::int AS tenant_id) AS t WHERE tenant_id = $1");

/// Whether it was written; any other failure than the one of a closed tenant is thrown on.
Task<bool> mayInsert(db::TenantSession session, std::string id, std::int64_t rid) {
    try {
        co_await session.run(insertion(id, rid, "x"));
    } catch (const db::DatabaseFailure& failure) {
        if (!failure.isClosed() || failure.kind() != FailureKind::notFound) throw;
        co_return false;
    }
    co_return true;
}

Task<bool> mayBegin(db::TenantSession session) {
    try {
        co_await session.begin();
    } catch (const db::DatabaseFailure& failure) {
        if (!failure.isClosed()) throw;
        co_return false;
    }
    co_return true;
}

}  // namespace

void TenantStateTest::closedTenantsAreNotWritten_data() {
    QTest::addColumn<int>("closed");  // -1: no row
    QTest::addColumn<int>("open");
    QTest::addColumn<bool>("may");
    for (int closed = -1; closed <= 3; ++closed)
        for (int open = 0; open <= 3; ++open)
            QTest::addRow("closed %d, open %d", closed, open) << closed << open << (open == 3 || (closed >= 0 && closed <= open));
}

void TenantStateTest::closedTenantsAreNotWritten() {
    QFETCH(int, closed);
    QFETCH(int, open);
    QFETCH(bool, may);
    static std::int64_t rid = 0;
    ++rid;
    const int tenant = 1000 + int(rid);
    OpenDatabase database(cluster_.asTenant(), loops_);
    auto any = database.session(tenant), neighbour = database.session(tenant + 5000, db::Open::active);
    if (closed >= 0) runBlocking(loops_[0], any.run({setState, std::move(db::Params().int2(std::int16_t(closed)))}));
    auto other = database.session(tenant + 5000);
    runBlocking(loops_[0], other.run({setState, std::move(db::Params().int2(0))}));
    auto session = database.session(tenant, db::Open(open));
    QCOMPARE(runBlocking(loops_[0], mayInsert(session, "a", rid)), may);
    QCOMPARE(runBlocking(loops_[0], mayBegin(session)), may);
    // Reading is another matter, and so is another tenant on the same connection.
    QCOMPARE(runBlocking(loops_[0], session.run({countResources, db::Params()})).int8(0, 0), may ? 1 : 0);
    QVERIFY(runBlocking(loops_[0], mayInsert(neighbour, "a", rid)));
}

void TenantStateTest::whoClosesWaitsForWriters() {
    OpenDatabase database(cluster_.asTenant(), loops_);
    auto any = database.session(clinicA);
    runBlocking(loops_[0], any.run({setState, std::move(db::Params().int2(0))}));
    auto session = database.session(clinicA, db::Open::active);
    const auto drained = [&] { return runBlocking(loops_[0], any.run({drainedSql, db::Params()}, db::QueryClass::heavy)).boolean(0, 0); };
    QVERIFY(drained());
    {
        auto writing = runBlocking(loops_[0], session.begin());
        QVERIFY(!drained());
        runBlocking(loops_[0], any.run({setState, std::move(db::Params().int2(1))}));
        QVERIFY(!runBlocking(loops_[0], mayInsert(session, "late", 900'001)));
        // What had begun comes to its end.
        std::vector<db::TenantStatement> statements;
        statements.push_back(insertion("early", 900'002, "x"));
        runBlocking(loops_[0], writing.runAndCommit(std::move(statements)));
    }
    QTRY_VERIFY_WITH_TIMEOUT(drained(), 20'000);
    QCOMPARE(runBlocking(loops_[0], any.run({countResources, db::Params()})).int8(0, 0), 1);
}

/// The state is asked for inside the statement that sets the tenant, which goes out with the write.
void TenantStateTest::aWriteIsOneRoundTrip() {
    OpenDatabase database(cluster_.asTenant(), loops_), watcher(cluster_.asBootstrap(), loops_);
    auto any = database.session(clinicB);
    runBlocking(loops_[0], any.run({setState, std::move(db::Params().int2(0))}));
    auto session = database.session(clinicB, db::Open::active);
    QVERIFY(runBlocking(loops_[0], mayInsert(session, "first", 910'000)));
    const auto transactions = [&] {
        return oneNow(loops_, *watcher, "SELECT count(DISTINCT xmin::text) FROM resource WHERE tenant_id = 102").int8(0, 0);
    };
    std::vector<db::TenantStatement> statements;
    statements.push_back(insertion("second", 910'001, "x"));
    statements.push_back(insertion("third", 910'002, "x"));
    QCOMPARE(runBlocking(loops_[0], session.runAll(std::move(statements))).size(), std::size_t(2));
    QCOMPARE(transactions(), 2);
}

POLYCLINIC_TEST(TenantStateTest)
#include "tenant_state_test.moc"
