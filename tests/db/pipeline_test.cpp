#include <QTest>

#include "database_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using db::Params;

/// Many requests in flight on few connections, each with its own answer or its own error.
class PipelineTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void valuesRoundTrip();
    void manyInFlightGetTheirOwnAnswers();
    void errorsInTheMiddleHitOnlyTheirSegment();
    void aSegmentIsAllOrNothing();
    void aFailedPreparationIsTriedAgain();
    void preparedStatementsAreCapped();
    void wrongTypesAreProgrammingErrors();
    void largeValuesBothWays();
    void cleanupTestCase();

  private:
    std::unique_ptr<TempCluster> cluster_;
    std::unique_ptr<RunningLoops> loops_;
    std::unique_ptr<OpenDatabase> database_;
};

void PipelineTest::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    loops_ = std::make_unique<RunningLoops>(2);
    database_ = std::make_unique<OpenDatabase>(cluster_->asTenant(), *loops_);
}

void PipelineTest::cleanupTestCase() {
    database_.reset();
    loops_.reset();
    cluster_.reset();
}

void PipelineTest::valuesRoundTrip() {
    const std::vector<std::int32_t> ints{-1, 7};
    const std::vector<std::int64_t> longs{-5'000'000'000, 0};
    const std::vector<double> floats{0.5, -1e300};
    const std::vector<std::string> texts{"", "\xc3\xa9t\xc3\xa9"};
    const std::vector<Timestamp> times{{0}, {1'777'799'520'123'456}};
    const auto result = oneNow(
        *loops_, **database_,
        "SELECT $1::int2, $2::int4, $3::int8, $4::float8, $5::bool, $6::text, $7::bytea, $8::timestamptz, $9::text,"
        " $10::int4[] = '{-1,7}', $11::int8[] = '{-5000000000,0}', $12::float8[] = '{0.5,-1e300}',"
        " $13::bool[] = '{t,f}', $14::text[], $15::timestamptz[] = ARRAY['1970-01-01Z','2026-05-03T09:12:00.123456Z']::timestamptz[],"
        " $16::bytea[] = ARRAY['\\x00ff'::bytea], $17::int8[] = '{}', $8::timestamptz = '2026-05-03T09:12:00.123456Z', 1::float4",
        Params()
            .int2(-2)
            .int4(-3)
            .int8(-4'000'000'000)
            .float8(-2.5)
            .boolean(true)
            .text("a'b")
            .bytea(std::string("\0\xff", 2))
            .timestamp(times[1])
            .optionalText(std::nullopt)
            .int4Array(ints)
            .int8Array(longs)
            .float8Array(floats)
            .boolArray({true, false})
            .textArray(texts)
            .timestampArray(times)
            .byteaArray(std::vector<std::string>{std::string("\0\xff", 2)})
            .int8Array({}));
    QCOMPARE(result.rows(), std::size_t(1));
    QCOMPARE(result.int4(0, 0), -2);
    QCOMPARE(result.int4(0, 1), -3);
    QCOMPARE(result.int8(0, 2), std::int64_t(-4'000'000'000));
    QCOMPARE(result.float8(0, 3), -2.5);
    QCOMPARE(result.boolean(0, 4), true);
    QCOMPARE(std::string(result.text(0, 5)), std::string("a'b"));
    QCOMPARE(std::string(result.text(0, 6)), std::string("\0\xff", 2));
    QCOMPARE(result.timestamp(0, 7).micros, times[1].micros);
    QVERIFY(result.isNull(0, 8));
    QVERIFY(!result.optionalText(0, 8));
    for (const std::size_t column : {9, 10, 11, 12, 14, 15, 16, 17}) QVERIFY2(result.boolean(0, column), std::to_string(column).c_str());
    QCOMPARE(result.textArray(0, 13), texts);
    QCOMPARE(result.float8(0, 18), 1.0);
}

namespace {

Task<void> addsUp(db::Database& database, int i) {
    std::vector<db::Statement> statements;
    statements.push_back({"SELECT $1::int4 + 1", Params().int4(i)});
    statements.push_back({"SELECT $1::text || 'x'", Params().text(std::to_string(i))});
    const auto results = co_await database.run(std::move(statements));
    if (results.size() != 2 || results[0].int4(0, 0) != i + 1 || results[1].text(0, 0) != std::to_string(i) + "x")
        throw std::runtime_error("an answer went to the wrong request");
}

Task<void> failsOrAddsUp(db::Database& database, int i) {
    if (i % 3 != 0) {
        co_await addsUp(database, i);
        co_return;
    }
    try {
        co_await one(database, "SELECT 10 / $1::int4", Params().int4(0));
    } catch (const db::DatabaseFailure& failure) {
        if (failure.sqlState() == "22012" && failure.kind() == FailureKind::internal) co_return;
    }
    throw std::runtime_error("a division by zero was not told to its request");
}

}  // namespace

void PipelineTest::manyInFlightGetTheirOwnAnswers() {
    for (std::size_t loop = 0; loop < 2; ++loop)
        runBlocking((*loops_)[loop], together(900, [this](int i) { return addsUp(**database_, i); }));
    QVERIFY((*database_)->load().open <= 4);
    QCOMPARE((*database_)->load().waiting, 0u);
}

void PipelineTest::errorsInTheMiddleHitOnlyTheirSegment() {
    runBlocking((*loops_)[0], together(600, [this](int i) { return failsOrAddsUp(**database_, i); }));
}

void PipelineTest::aSegmentIsAllOrNothing() {
    auto session = database_->session(clinicA);
    std::vector<db::TenantStatement> statements;
    statements.push_back(insertion("half", 1, "one"));
    statements.push_back(insertion("half", 2, "two"));  // the same key
    try {
        runBlocking((*loops_)[0], session.runAll(std::move(statements)));
        QFAIL("a second row with the same key was taken");
    } catch (const db::DatabaseFailure& failure) {
        QCOMPARE(failure.sqlState(), std::string("23505"));
        QCOMPARE(failure.constraint(), std::string("resource_pkey"));
        QVERIFY(failure.kind() == FailureKind::conflict);
        QVERIFY2(failure.logMessage().find("half") == std::string::npos, "the log would hold a value of the row");
    }
    QCOMPARE(runBlocking((*loops_)[0], session.run({countResources, Params()})).int8(0, 0), std::int64_t(0));
}

void PipelineTest::aFailedPreparationIsTriedAgain() {
    const auto missing = [this] { return oneNow(*loops_, **database_, "SELECT number FROM later_table"); };
    for (int i = 0; i < 3; ++i) {
        try {
            missing();
            QFAIL("a missing table was read");
        } catch (const db::DatabaseFailure& failure) {
            QCOMPARE(failure.sqlState(), std::string("42P01"));
        }
    }
    OpenDatabase owner(cluster_->asBootstrap(), *loops_);
    oneNow(*loops_, *owner, "CREATE TABLE later_table (number int)");
    oneNow(*loops_, *owner, "GRANT SELECT ON later_table TO PUBLIC");
    QVERIFY(missing().empty());
    oneNow(*loops_, *owner, "DROP TABLE later_table");
}

void PipelineTest::preparedStatementsAreCapped() {
    db::PoolSizes sizes;
    sizes.quickPerLoop = 1;
    sizes.preparedLimit = 20;
    OpenDatabase small(cluster_->asTenant(), *loops_, sizes);
    const auto select = [](int i) { return "SELECT $1::int4 + " + std::to_string(i); };
    for (int round = 0; round < 3; ++round)
        runBlocking((*loops_)[0], together(100, [&](int i) -> Task<void> {
                        return [](db::Database& database, std::string sql, int i) -> Task<void> {
                            const auto result = co_await one(database, sql, Params().int4(1));
                            if (result.int4(0, 0) != i + 1) throw std::runtime_error("a wrong statement ran");
                        }(*small, select(i), i);
                    }));
    // This statement itself is none of them: it comes for the first time.
    const auto prepared = oneNow(*loops_, *small, "SELECT count(*) FROM pg_prepared_statements");
    QCOMPARE(prepared.int8(0, 0), std::int64_t(20));
}

void PipelineTest::wrongTypesAreProgrammingErrors() {
    const auto result = oneNow(*loops_, **database_, "SELECT 1::int4, NULL::text");
    QVERIFY_EXCEPTION_THROWN(result.text(0, 0), std::logic_error);
    QVERIFY_EXCEPTION_THROWN(result.text(0, 1), std::logic_error);
    QVERIFY_EXCEPTION_THROWN(result.int4(1, 0), std::logic_error);
    QVERIFY_EXCEPTION_THROWN(result.int4(0, 2), std::logic_error);
}

void PipelineTest::largeValuesBothWays() {
    const std::string big(12'000'000, 'x');
    runBlocking((*loops_)[0], together(6, [this, &big](int) -> Task<void> {
                    return [](db::Database& database, const std::string& big) -> Task<void> {
                        const auto result = co_await one(database, "SELECT $1::bytea", Params().bytea(big));
                        if (result.text(0, 0) != big) throw std::runtime_error("12 MB came back changed");
                    }(**database_, big);
                }));
}

POLYCLINIC_TEST(PipelineTest)
#include "pipeline_test.moc"
