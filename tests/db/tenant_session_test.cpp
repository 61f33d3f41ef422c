#include <QTest>

#include "database_fixture.h"
#include "db/retry.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using db::Params;
using db::QueryClass;

/// Two clinics with the same keys in everything: neither sees the other, and no setting outlives its transaction.
class TenantSessionTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void init();
    void sameKeysInTwoClinics();
    void interleavedSegmentsNeverMix();
    void nothingIsLeftAfterASegment();
    void nothingIsLeftAfterATransaction();
    void withoutASettingThereAreNoRows();
    void aForeignNumberIsRefusedByTheDatabaseToo();
    void transactionsRollBackWhenDropped();
    void transactionsRollBackAfterAnError();
    void commitAfterAnErrorIsAFailure();
    void runAndCommitIsOneTrip();
    void deadlocksAreTriedAgain();
    void builtSqlNarrowsEveryAlias();
    void theSystemLoginSeesNoRecords();
    void cleanupTestCase();

  private:
    std::string read(int clinic, const std::string& id);
    void store(int clinic, const std::string& id, std::int64_t rid, const std::string& content);

    std::unique_ptr<TempCluster> cluster_;
    std::unique_ptr<RunningLoops> loops_;
    std::unique_ptr<OpenDatabase> database_;
};

void TenantSessionTest::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    loops_ = std::make_unique<RunningLoops>(1);
    db::PoolSizes sizes;
    sizes.quickPerLoop = 1;
    sizes.heavyPerLoop = 2;
    database_ = std::make_unique<OpenDatabase>(cluster_->asTenant(), *loops_, sizes);
}

void TenantSessionTest::init() {
    OpenDatabase owner(cluster_->asBootstrap(), *loops_);
    oneNow(*loops_, *owner, "DELETE FROM resource");
}

void TenantSessionTest::cleanupTestCase() {
    database_.reset();
    loops_.reset();
    cluster_.reset();
}

void TenantSessionTest::store(int clinic, const std::string& id, std::int64_t rid, const std::string& content) {
    runBlocking((*loops_)[0], database_->session(clinic).run(insertion(id, rid, content)));
}

std::string TenantSessionTest::read(int clinic, const std::string& id) {
    const auto found = runBlocking((*loops_)[0], database_->session(clinic).run({readResource, Params().text(id)}));
    return found.empty() ? "nothing" : std::string(found.text(0, 0));
}

void TenantSessionTest::sameKeysInTwoClinics() {
    store(clinicA, "same", 1, "of A");
    store(clinicB, "same", 1, "of B");
    store(clinicB, "only-b", 2, "of B");
    QCOMPARE(read(clinicA, "same"), std::string("of A"));
    QCOMPARE(read(clinicB, "same"), std::string("of B"));
    QCOMPARE(read(clinicA, "only-b"), std::string("nothing"));
}

void TenantSessionTest::interleavedSegmentsNeverMix() {
    for (int clinic = 1; clinic <= 20; ++clinic) store(clinic, "me", 1, std::to_string(clinic));
    runBlocking((*loops_)[0], together(900, [this](int i) -> Task<void> {
                    return [](db::TenantSession session, int clinic) -> Task<void> {
                        const auto row = co_await session.run({readResource, Params().text("me")});
                        const auto count = co_await session.run({countResources, Params()});
                        if (row.text(0, 0) != std::to_string(clinic) || count.int8(0, 0) != 1)
                            throw std::runtime_error("a clinic saw another's row");
                    }(database_->session(1 + i % 20), 1 + i % 20);
                }));
}

void TenantSessionTest::nothingIsLeftAfterASegment() {
    store(clinicA, "x", 1, "of A");
    const auto left = oneNow(*loops_, **database_, "SELECT coalesce(current_setting('app.tenant', true), '')");
    QCOMPARE(std::string(left.text(0, 0)), std::string());
    QCOMPARE(oneNow(*loops_, **database_, "SELECT count(*) FROM resource").int8(0, 0), std::int64_t(0));
}

void TenantSessionTest::nothingIsLeftAfterATransaction() {
    store(clinicA, "x", 1, "of A");
    runBlocking((*loops_)[0], [](OpenDatabase& database) -> Task<void> {
        for (const bool committed : {true, false}) {
            {
                auto transaction = co_await database.session(clinicA).begin();
                const auto seen = co_await transaction.run({countResources, Params()});
                if (seen.int8(0, 0) != 1) throw std::runtime_error("the clinic does not see its row");
                if (committed) co_await transaction.commit();
            }
            // Both heavy connections.
            for (int i = 0; i < 2; ++i) {
                const auto left = co_await one(*database, "SELECT count(*) FROM resource", {}, QueryClass::heavy);
                if (left.int8(0, 0) != 0) throw std::runtime_error("a setting outlived its transaction");
            }
        }
    }(*database_));
}

void TenantSessionTest::withoutASettingThereAreNoRows() {
    store(clinicA, "x", 1, "of A");
    QVERIFY(oneNow(*loops_, **database_, "SELECT * FROM resource WHERE tenant_id = $1", Params().int4(clinicA)).empty());
    const auto changed = oneNow(*loops_, **database_, "UPDATE resource SET pack = 2 WHERE tenant_id = $1", Params().int4(clinicA));
    QCOMPARE(changed.affected(), std::size_t(0));
}

void TenantSessionTest::aForeignNumberIsRefusedByTheDatabaseToo() {
    // What a mistake would look like: one clinic's setting, another's number in the statement.
    const auto wrong = [this](std::string sql) {
        std::vector<db::Statement> statements;
        statements.push_back({"SELECT set_config('app.tenant', $1, true)", Params().text(std::to_string(clinicA))});
        statements.push_back({std::move(sql), {}});
        return runBlocking((*loops_)[0], (*database_)->run(std::move(statements)));
    };
    store(clinicB, "x", 1, "of B");
    QVERIFY(wrong("SELECT * FROM resource WHERE tenant_id = 102")[1].empty());
    QCOMPARE(wrong("DELETE FROM resource WHERE tenant_id = 102")[1].affected(), std::size_t(0));
    try {
        wrong(
            "INSERT INTO resource (tenant_id, type, id, rid, id_hash, version, updated, pack, deleted) VALUES (102, 1, 'y', 2, 0, 1, "
            "now(), 1, false)");
        QFAIL("a row was written into another clinic");
    } catch (const db::DatabaseFailure& failure) {
        QCOMPARE(failure.sqlState(), std::string("42501"));
    }
    QCOMPARE(read(clinicB, "x"), std::string("of B"));
}

void TenantSessionTest::transactionsRollBackWhenDropped() {
    runBlocking((*loops_)[0], [](OpenDatabase& database) -> Task<void> {
        auto transaction = co_await database.session(clinicA).begin();
        co_await transaction.run(insertion("dropped", 1, "x"));
    }(*database_));
    QCOMPARE(read(clinicA, "dropped"), std::string("nothing"));
    // The connection is not left inside a transaction; the ROLLBACK is on its way when the transaction is dropped.
    const auto inside = [&] {
        return oneNow(*loops_, **database_, "SELECT count(*) FROM pg_stat_activity WHERE usename = current_user AND state LIKE 'idle in%'")
            .int8(0, 0);
    };
    QTRY_COMPARE_WITH_TIMEOUT(inside(), std::int64_t(0), 2000);
}

void TenantSessionTest::transactionsRollBackAfterAnError() {
    runBlocking((*loops_)[0], [](OpenDatabase& database) -> Task<void> {
        for (int i = 0; i < 10; ++i) {
            auto transaction = co_await database.session(clinicA).begin();
            co_await transaction.run(insertion("twice", 1, "x"));
            try {
                co_await transaction.run(insertion("twice", 2, "x"));
                throw std::runtime_error("a second row with the same key was taken");
            } catch (const db::DatabaseFailure&) {
            }
        }
    }(*database_));
    QCOMPARE(read(clinicA, "twice"), std::string("nothing"));
}

void TenantSessionTest::commitAfterAnErrorIsAFailure() {
    const auto committed = runBlocking((*loops_)[0], [](OpenDatabase& database) -> Task<bool> {
        auto transaction = co_await database.session(clinicA).begin();
        co_await transaction.run(insertion("lost", 1, "x"));
        try {
            co_await transaction.run(insertion("lost", 2, "x"));
        } catch (const Failure&) {
        }
        try {
            co_await transaction.commit();
            co_return true;
        } catch (const Failure&) {
        }
        co_return false;
    }(*database_));
    QVERIFY2(!committed, "COMMIT of a failed transaction passed for a success");
    QCOMPARE(read(clinicA, "lost"), std::string("nothing"));
}

void TenantSessionTest::runAndCommitIsOneTrip() {
    runBlocking((*loops_)[0], [](OpenDatabase& database) -> Task<void> {
        auto transaction = co_await database.session(clinicA).begin();
        std::vector<db::TenantStatement> statements;
        statements.push_back(insertion("c1", 1, "x"));
        statements.push_back({countResources, Params()});
        const auto results = co_await transaction.runAndCommit(std::move(statements));
        if (results.size() != 2 || results[0].affected() != 1 || results[1].int8(0, 0) != 1)
            throw std::runtime_error("results are missing");
    }(*database_));
    QCOMPARE(read(clinicA, "c1"), std::string("x"));
}

namespace {

constexpr db::TenantSql bump("UPDATE resource SET version = version + 1 WHERE tenant_id = $1 AND type = 1 AND id = $2");

Task<void> bumpBoth(OpenDatabase& database, std::string first, std::string second, int& attempts) {
    auto attempt = [&]() -> Task<bool> {
        ++attempts;
        auto transaction = co_await database.session(clinicA).begin();
        co_await transaction.run({bump, Params().text(first)});
        co_await sleepFor(std::chrono::milliseconds(200));
        co_await transaction.run({bump, Params().text(second)});
        co_await transaction.commit();
        co_return true;
    };
    co_await db::retrying(attempt);
}

}  // namespace

void TenantSessionTest::deadlocksAreTriedAgain() {
    store(clinicA, "left", 1, "x");
    store(clinicA, "right", 2, "x");
    int attempts = 0;
    runBlocking((*loops_)[0],
                together(2, [&](int i) { return bumpBoth(*database_, i == 0 ? "left" : "right", i == 0 ? "right" : "left", attempts); }));
    QVERIFY2(attempts > 2, "the two never met");
    constexpr db::TenantSql versions("SELECT sum(version)::int8 FROM resource WHERE tenant_id = $1");
    QCOMPARE(runBlocking((*loops_)[0], database_->session(clinicA).run({versions, Params()})).int8(0, 0), std::int64_t(6));
}

void TenantSessionTest::builtSqlNarrowsEveryAlias() {
    store(clinicA, "x", 1, "of A");
    store(clinicB, "x", 1, "of B");
    db::TenantSqlBuilder builder("r.content, r.id", "resource", "r");
    builder.join("resource", "other", "other.rid = r.rid").where("r.id = $2");
    builder.where(db::TenantSqlBuilder::exists("resource", "e", "e.rid = r.rid")).tail("ORDER BY r.rid LIMIT 10");
    auto built = std::move(builder).build();
    QCOMPARE(built.text(), std::string("SELECT r.content, r.id FROM resource r JOIN resource other ON other.tenant_id = $1 AND"
                                       " (other.rid = r.rid) WHERE r.tenant_id = $1 AND (r.id = $2) AND (EXISTS (SELECT 1 FROM"
                                       " resource e WHERE e.tenant_id = $1 AND (e.rid = r.rid))) ORDER BY r.rid LIMIT 10"));
    const auto rows = runBlocking((*loops_)[0], database_->session(clinicA).run({std::move(built), Params().text("x")}));
    QCOMPARE(rows.rows(), std::size_t(1));
    QCOMPARE(std::string(rows.text(0, 0)), std::string("of A"));
    QVERIFY_EXCEPTION_THROWN(db::TenantSqlBuilder("1", "resource; DROP", "r"), std::logic_error);
}

void TenantSessionTest::theSystemLoginSeesNoRecords() {
    OpenDatabase system(cluster_->asSystem(), *loops_);
    try {
        oneNow(*loops_, *system, "SELECT count(*) FROM resource");
        QFAIL("the directory's login reads records");
    } catch (const db::DatabaseFailure& failure) {
        QCOMPARE(failure.sqlState(), std::string("42501"));
    }
    try {
        oneNow(*loops_, **database_, "SELECT count(*) FROM tenant");
        QFAIL("the tenants' login reads the directory");
    } catch (const db::DatabaseFailure& failure) {
        QCOMPARE(failure.sqlState(), std::string("42501"));
    }
}

POLYCLINIC_TEST(TenantSessionTest)
#include "tenant_session_test.moc"
