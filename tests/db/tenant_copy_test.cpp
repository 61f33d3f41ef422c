// A tenant can be carried to another database as it is: nothing in its rows means something only where they were.

#include <QTest>
#include <set>

#include "audit/audit_log.h"
#include "database_fixture.h"
#include "db/migrate.h"
#include "records/write_batch.h"
#include "temp_cluster.h"
#include "tenancy/tenant_tables.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class TenantCopyTest : public QObject {
    Q_OBJECT
  private slots:
    void listOfTablesIsTheCatalogues();
    void rowsAreEqualInASecondDatabase();

  private:
    TempCluster cluster_;
};

void TenantCopyTest::listOfTablesIsTheCatalogues() {
    RunningLoops loops(1);
    OpenDatabase database(cluster_.asBootstrap(), loops);
    const auto rows = oneNow(loops, *database,
                             "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
                             "WHERE c.relkind = 'r' AND a.attname = 'tenant_id' AND c.relnamespace = 'public'::regnamespace");
    std::set<std::string> catalogue, listed;
    for (std::size_t i = 0; i < rows.rows(); ++i) catalogue.emplace(rows.text(i, 0));
    for (const auto table : tenancy::tenantTables()) listed.emplace(table);
    QVERIFY(listed == catalogue);
    QCOMPARE(listed.size(), tenancy::tenantTables().size());
}

void TenantCopyTest::rowsAreEqualInASecondDatabase() {
    db::createDatabase(cluster_.asMigrator(), "second", cluster_.roles());
    db::migrate(db::withUser(cluster_.asMigrator(), cluster_.roles().migrator(), "second"), "tenant", cluster_.roles());

    RunningLoops loops(1);
    OpenDatabase runtime(cluster_.asTenant(), loops);
    for (const int tenant : {clinicA, clinicB}) {
        records::WriteBatch batch(40);
        for (int i = 0; i < 20; ++i) {
            records::VersionRow row;
            row.type = 7;
            row.id = "r" + std::to_string(i);
            row.rid = tenant * 1000 + i;
            row.updated = {1'700'000'000'000'000 + i};
            row.content = std::string("\x28\xb5\x2f\xfd\x00", 5) + std::to_string(i);
            fhir::IndexRows rows;
            rows.tokens = {{1, i, 0}, {2, -i - 1, 5}};
            rows.strings = {{3, "gomez \xc3\xa9", i}};
            rows.dates = {{4, fhir::beginningOfTime, fhir::endOfTime}};
            rows.references = {{5, i, 7, 0}};
            rows.numbers = {{6, 0.1, 0.30000000000000004}};
            rows.quantities = {{7, 1.05, 1.15, 3, 4}};
            rows.uris = {{8, "http://x"}};
            rows.composites = {{9, 1, 2, 0.5, 1.5, 3, 4, 2.5, 3.5}};
            batch.create(std::move(row), rows);
        }
        auto session = runtime.session(tenant);
        runBlocking(loops[0], session.runAll(batch.statements()));
    }

    OpenDatabase first(cluster_.asBootstrap(), loops);
    OpenDatabase second(db::withUser(cluster_.asBootstrap(), cluster_.roles().prefix + "bootstrap", "second"), loops);
    int filled = 0;
    for (const auto table : tenancy::tenantTables()) {
        const std::string name(table);
        const auto mine = " FROM " + name + " t WHERE tenant_id = " + std::to_string(clinicA);
        const auto text = oneNow(loops, *first, "SELECT coalesce(json_agg(t), '[]')::text" + mine);
        oneNow(loops, *second, "INSERT INTO " + name + " SELECT * FROM json_populate_recordset(NULL::" + name + ", $1::text::json)",
               std::move(db::Params().text(text.text(0, 0))));
        const std::string digest = "SELECT coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), ''), count(*)";
        const auto before = oneNow(loops, *first, digest + mine);
        const auto after = oneNow(loops, *second, digest + " FROM " + name + " t");
        QVERIFY2(before.text(0, 0) == after.text(0, 0), name.c_str());
        QCOMPARE(after.int8(0, 1), before.int8(0, 1));
        filled += after.int8(0, 1) > 0;
    }
    QCOMPARE(filled, 9);  // resource and eight kinds of index rows
}

POLYCLINIC_TEST(TenantCopyTest)
#include "tenant_copy_test.moc"
