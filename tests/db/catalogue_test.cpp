#include <QTest>

#include <pqxx/pqxx>

#include "db/migrate.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

/// Asks the catalogue whether every table of clinics' data is walled. Each question
/// lists offenders. A table with tenant_id is a clinic's; any other must be out of the tenants' login's reach.
class CatalogueTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void thereAreTenantTables();
    void offenders_data();
    void offenders();
    void aDedicatedDatabaseHasTenantTablesOnly();
    void plantedFaultsAreFound_data();
    void plantedFaultsAreFound();
    void runtimeLoginsAreSafe();
    void cleanupTestCase() { cluster_.reset(); }

  private:
    std::vector<std::string> ask(pqxx::transaction_base& work, const std::string& sql);
    std::unique_ptr<TempCluster> cluster_;
};

namespace {

const char* const tenantTables =
    "WITH t AS (SELECT c.oid, c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, c.relowner,"
    "  a.attnum AS tenant, a.attnotnull AS bound FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    "  AND a.attname = 'tenant_id' AND NOT a.attisdropped"
    "  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')) ";

struct Question {
    const char* name;
    const char* sql;    // selects names of offenders
    const char* plant;  // makes one, to show that the question finds it
};

// {tenant}, {system} and {owner} stand for roles.
const Question questions[] = {
    {"tenant_id is int and bound",
     "SELECT name FROM t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = t.tenant"
     " WHERE NOT bound OR atttypid <> 'int4'::regtype",
     "CREATE TABLE bad (tenant_id bigint)"},
    {"row security on and forced", "SELECT name FROM t WHERE NOT (enabled AND forced)",
     "CREATE TABLE bad (tenant_id int NOT NULL); ALTER TABLE bad ENABLE ROW LEVEL SECURITY"},
    {"one policy with the one text",
     "SELECT name FROM t WHERE (SELECT count(*) FROM pg_policy p WHERE p.polrelid = t.oid) <> 1 OR NOT EXISTS (SELECT FROM"
     " pg_policy p WHERE p.polrelid = t.oid AND p.polcmd = '*' AND p.polpermissive AND p.polroles = '{0}' AND p.polwithcheck IS NULL"
     " AND pg_get_expr(p.polqual, p.polrelid) = $$(tenant_id = (NULLIF(current_setting('app.tenant'::text, true), ''::text))::integer)$$)",
     "ALTER TABLE resource DISABLE ROW LEVEL SECURITY; CREATE POLICY more ON resource USING (true)"},
    {"tenant_id leads every key and index",
     "SELECT i.indexrelid::regclass::text FROM t JOIN pg_index i ON i.indrelid = t.oid WHERE i.indkey[0] <> t.tenant",
     "CREATE INDEX bad ON resource (rid)"},
    {"every table has a primary key",
     "SELECT name FROM t WHERE NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = t.oid AND i.indisprimary)",
     "CREATE TABLE bad (tenant_id int NOT NULL)"},
    {"tenant_id leads both ends of foreign keys",
     "SELECT conname::text FROM pg_constraint f JOIN t ON t.oid = f.conrelid LEFT JOIN t target ON target.oid = f.confrelid"
     " WHERE f.contype = 'f' AND (target.oid IS NULL OR f.conkey[1] <> t.tenant OR f.confkey[1] <> target.tenant)",
     "CREATE TABLE bad (tenant_id int NOT NULL, n int REFERENCES tenant)"},
    {"the owner is the schema owner", "SELECT name FROM t WHERE pg_get_userbyid(relowner) <> '{owner}'",
     "ALTER TABLE resource OWNER TO {tenant}"},
    {"the tenants' login has no more than DML",
     "SELECT name || ' ' || p FROM t, unnest(ARRAY['TRUNCATE', 'REFERENCES', 'TRIGGER']) p WHERE has_table_privilege('{tenant}', t.oid, p)",
     "GRANT TRUNCATE ON resource TO {tenant}"},
    {"the directory's login has nothing on tenant tables",
     "SELECT name || ' ' || p FROM t, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p"
     " WHERE has_table_privilege('{system}', t.oid, p) OR has_any_column_privilege('{system}', t.oid, 'SELECT')",
     "GRANT SELECT (id) ON resource TO {system}"},
    {"the tenants' login has nothing on other tables",
     "SELECT relname::text FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
     " AND oid NOT IN (SELECT oid FROM t) AND relname <> 'schema_version' AND (has_table_privilege('{tenant}', oid,"
     " 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') OR has_any_column_privilege('{tenant}', oid, 'SELECT'))",
     "GRANT SELECT ON tenant TO {tenant}"},
    {"runtime logins own nothing", "SELECT relname::text FROM pg_class WHERE pg_get_userbyid(relowner) IN ('{tenant}', '{system}')",
     "ALTER TABLE tenant OWNER TO {system}"},
    {"nothing runs with its owner's rights",
     "SELECT proname::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace UNION SELECT relname::text FROM"
     " pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace",
     "CREATE VIEW bad AS SELECT * FROM resource"},
    {"nobody may make objects in public",
     "SELECT r::text FROM unnest(ARRAY['{tenant}', '{system}']) r WHERE has_schema_privilege(r, 'public', 'CREATE')"
     " OR has_database_privilege(r, current_database(), 'CREATE') OR has_database_privilege(r, current_database(), 'TEMPORARY')",
     "GRANT TEMPORARY ON DATABASE polyclinic TO {tenant}"},
    {"runtime logins are members of nothing",
     "SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE pg_get_userbyid(m.member) IN ('{tenant}', '{system}')",
     "GRANT {owner} TO {tenant}"},
    {"runtime logins have no special rights",
     "SELECT rolname::text FROM pg_roles WHERE rolname IN ('{tenant}', '{system}') AND (rolsuper OR rolbypassrls OR rolcreatedb OR"
     " rolcreaterole OR rolreplication)",
     "ALTER ROLE {tenant} BYPASSRLS"},
    {"indexes are on plain leakproof columns",
     "SELECT i.indexrelid::regclass::text FROM t JOIN pg_index i ON i.indrelid = t.oid CROSS JOIN LATERAL unnest(i.indclass::oid[]) o"
     " JOIN pg_opclass oc ON oc.oid = o JOIN pg_amop am ON am.amopfamily = oc.opcfamily AND am.amoplefttype = oc.opcintype"
     " AND am.amoprighttype = oc.opcintype JOIN pg_operator op ON op.oid = am.amopopr JOIN pg_proc p ON p.oid = op.oprcode"
     " WHERE NOT p.proleakproof",
     "ALTER TABLE resource ADD bad numeric; CREATE INDEX bad ON resource (tenant_id, bad)"},
    {"text in keys has collation C",
     "SELECT i.indexrelid::regclass::text FROM t JOIN pg_index i ON i.indrelid = t.oid CROSS JOIN LATERAL unnest(i.indcollation::oid[]) c"
     " WHERE c <> 0 AND c <> '\"C\"'::regcollation",
     "ALTER TABLE resource ADD bad text COLLATE \"POSIX\"; CREATE INDEX bad ON resource (tenant_id, bad)"},
};

std::string withRoles(std::string sql, const db::Roles& roles) {
    const std::pair<std::string, std::string> names[] = {
        {"{tenant}", roles.tenant()}, {"{system}", roles.system()}, {"{owner}", roles.owner()}};
    for (const auto& [mark, role] : names)
        for (auto at = sql.find(mark); at != sql.npos; at = sql.find(mark)) sql.replace(at, mark.size(), role);
    return sql;
}

void addQuestions() {
    QTest::addColumn<int>("number");
    for (std::size_t i = 0; i < std::size(questions); ++i) QTest::newRow(questions[i].name) << int(i);
}

}  // namespace

void CatalogueTest::initTestCase() { cluster_ = std::make_unique<TempCluster>(); }

std::vector<std::string> CatalogueTest::ask(pqxx::transaction_base& work, const std::string& sql) {
    std::vector<std::string> names;
    for (const auto& row : work.exec(tenantTables + withRoles(sql, cluster_->roles()))) names.push_back(row[0].as<std::string>());
    return names;
}

void CatalogueTest::thereAreTenantTables() {
    pqxx::connection connection(cluster_->asBootstrap());
    pqxx::work work(connection);
    const auto names = ask(work, "SELECT name FROM t ORDER BY 1");
    QVERIFY(names.size() >= 10);
    QVERIFY(std::find(names.begin(), names.end(), "resource") != names.end());
}

void CatalogueTest::offenders_data() { addQuestions(); }
void CatalogueTest::offenders() {
    QFETCH(int, number);
    pqxx::connection connection(cluster_->asBootstrap());
    pqxx::work work(connection);
    const auto names = ask(work, questions[number].sql);
    QVERIFY2(names.empty(), names.empty() ? "" : names.front().c_str());
}

void CatalogueTest::plantedFaultsAreFound_data() { addQuestions(); }
void CatalogueTest::plantedFaultsAreFound() {
    QFETCH(int, number);
    pqxx::connection connection(cluster_->asBootstrap());
    pqxx::work work(connection);
    work.exec("SET LOCAL client_min_messages = error");
    work.exec(withRoles(questions[number].plant, cluster_->roles()));
    QVERIFY2(!ask(work, questions[number].sql).empty(), "a planted fault went unseen");
}

void CatalogueTest::aDedicatedDatabaseHasTenantTablesOnly() {
    const auto& roles = cluster_->roles();
    db::createDatabase(cluster_->conninfo(roles.migrator(), "postgres"), "dedicated", roles);
    const auto migrator = cluster_->conninfo(roles.migrator(), "dedicated");
    QVERIFY(db::migrate(migrator, "tenant", roles) > 0);
    pqxx::connection connection(cluster_->conninfo(roles.prefix + "bootstrap", "dedicated"));
    pqxx::work work(connection);
    const auto others = ask(work,
                            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN"
                            " ('r', 'p') AND oid NOT IN (SELECT oid FROM t) AND relname <> 'schema_version'");
    QVERIFY2(others.empty(), others.empty() ? "" : others.front().c_str());
}

void CatalogueTest::runtimeLoginsAreSafe() {
    // The test's cluster runs without fsync, and that is all there is to say against it.
    for (const auto& login : {cluster_->asTenant(), cluster_->asSystem()}) {
        try {
            db::demandSafeLogin(login, cluster_->roles());
            QFAIL("fsync off was accepted");
        } catch (const Failure& failure) {
            QVERIFY2(failure.publicMessage().find("fsync off") != std::string::npos, failure.publicMessage().c_str());
        }
    }
}

POLYCLINIC_TEST(CatalogueTest)
#include "catalogue_test.moc"
