// What stays prepared, and what PostgreSQL keeps for it.

#include <unistd.h>

#include <QTest>
#include <fstream>

#include "database_fixture.h"
#include "db/statement_cache.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using db::Params;
using db::StatementCache;

class StatementCacheTest : public QObject {
    Q_OBJECT
  private slots:
    void whatComesOnceIsNotPrepared();
    void theOldestMakeRoomByBytes();
    void whatGoesOutTogetherStays();
    void longTextsAreNeverPrepared();
    void memoryOfBackendsStaysBounded();
};

namespace {

db::Statement textOf(char letter, std::size_t size) { return {std::string(size, letter), {}}; }

std::string use(StatementCache& cache, char letter, std::size_t size) {
    cache.beginSegment();
    const auto use = cache.use(textOf(letter, size));
    std::string told = use.name.empty() ? "-" : use.name + (use.isNew ? " new" : "");
    for (const auto& name : use.replaced) told += " for " + name;
    return told;
}

double residentMb(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
    double all = 0, resident = 0, shared = 0;
    file >> all >> resident >> shared;
    return (resident - shared) * double(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// 195 conditions in an order of its own.
std::string rareShape(int number) {
    std::string sql = "SELECT count(*) FROM index_token r WHERE r.tenant_id = $1";
    for (int i = 0; i < 195; ++i)
        sql += " AND EXISTS (SELECT 1 FROM index_token x" + std::to_string(i) + " WHERE x" + std::to_string(i) + ".tenant_id = $1 AND x" +
               std::to_string(i) + ".param = $" + std::to_string(2 + (i * 7 + number) % 195) + " AND x" + std::to_string(i) +
               ".rid = r.rid OFFSET 0)";
    return sql;
}

}  // namespace

void StatementCacheTest::whatComesOnceIsNotPrepared() {
    StatementCache cache(10, 1'000);
    QCOMPARE(use(cache, 'a', 10), std::string("-"));
    QCOMPARE(cache.size(), std::size_t(0));
    QCOMPARE(use(cache, 'a', 10), std::string("p1 new"));
    QCOMPARE(use(cache, 'a', 10), std::string("p1"));
    cache.forget("p1");
    QCOMPARE(cache.bytes(), std::size_t(0));
    QCOMPARE(use(cache, 'a', 10), std::string("p2 new"));
}

void StatementCacheTest::theOldestMakeRoomByBytes() {
    StatementCache cache(10, 100);
    for (const char letter : {'a', 'b', 'c'}) use(cache, letter, 29), use(cache, letter, 29);
    QCOMPARE(cache.bytes(), std::size_t(90));
    QCOMPARE(use(cache, 'a', 29), std::string("p1"));
    use(cache, 'd', 59);
    QCOMPARE(use(cache, 'd', 59), std::string("p4 new for p2 for p3"));
    QCOMPARE(cache.bytes(), std::size_t(90));
    use(cache, 'e', 200);
    QCOMPARE(use(cache, 'e', 200), std::string("-"));  // alone more than all may have
    StatementCache two(2, 1'000);
    for (const char letter : {'a', 'b', 'c'}) use(two, letter, 10), use(two, letter, 10);
    QCOMPARE(two.size(), std::size_t(2));
}

void StatementCacheTest::whatGoesOutTogetherStays() {
    StatementCache cache(1, 1'000);
    use(cache, 'a', 10), use(cache, 'b', 10);
    cache.beginSegment();
    QCOMPARE(cache.use(textOf('a', 10)).name, std::string("p1"));
    const auto other = cache.use(textOf('b', 10));
    QVERIFY(other.name.empty());
    QVERIFY(other.replaced.empty());
    QCOMPARE(use(cache, 'b', 10), std::string("p2 new for p1"));
}

void StatementCacheTest::longTextsAreNeverPrepared() {
    StatementCache cache(10, 1 << 20);
    for (int i = 0; i < 3; ++i) QCOMPARE(use(cache, 'a', StatementCache::longestText + 1), std::string("-"));
}

void StatementCacheTest::memoryOfBackendsStaysBounded() {
    TempCluster cluster;
    RunningLoops loops(1);
    db::PoolSizes sizes;
    sizes.quickPerLoop = 1;
    OpenDatabase database(cluster.asTenant(), loops, sizes);
    const auto pid = oneNow(loops, *database, "SELECT pg_backend_pid()").int4(0, 0);
    const auto ask = [&](int shape) {
        Params params;
        params.int4(clinicA);
        for (int i = 0; i < 195; ++i) params.int4(i);
        oneNow(loops, *database, rareShape(shape), std::move(params));
    };
    for (int i = 0; i < 10; ++i) ask(i);
    const double before = residentMb(pid);
    QVERIFY(before > 0);
    for (int i = 0; i < 300; ++i) ask(i % 150);  // each twice
    const double after = residentMb(pid);
    QCOMPARE(oneNow(loops, *database, "SELECT pg_backend_pid()").int4(0, 0), pid);
    // Prepared they took some half a megabyte each.
    QVERIFY2(after - before < 30, (std::to_string(before) + " -> " + std::to_string(after) + " MB").c_str());
    QCOMPARE(oneNow(loops, *database, "SELECT count(*) FROM pg_prepared_statements WHERE length(statement) > 8192").int8(0, 0),
             std::int64_t(0));
}

POLYCLINIC_TEST(StatementCacheTest)
#include "statement_cache_test.moc"
