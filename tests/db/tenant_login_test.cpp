// A tenant's own database and its own login: what that one may do there, and that it gets in nowhere else.

#include <QTest>
#include <pqxx/pqxx>

#include "base/failure.h"
#include "db/tenant_login.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class TenantLoginTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void namesFitAndDiffer();
    void itOpensItsOwnDatabaseAlone();
    void othersDoNotOpenIt();
    void rowSecurityHoldsForIt();
    void itHasTheRightsOfAppTenantAndNoOthers();
    void databasesOfBeforeAreHandedOver();
    void itIsLetInAfterARestart();
    void itGoesWithItsDatabase();

  private:
    void make(const std::string& name);
    std::string ask(const std::string& conninfo, const std::string& sql) const;
    /// What PostgreSQL says when it does not let `login` into `database`; empty: it does.
    std::string refusal(const std::string& login, const std::string& database) const;
    std::string asSuperuser(const std::string& database, const std::string& sql) const {
        return ask(cluster_->conninfo(cluster_->roles().prefix + "bootstrap", database), sql);
    }
    std::unique_ptr<TempCluster> cluster_;
};

namespace {

const std::string firstOwn = "polyclinic_t101", secondOwn = "polyclinic_t102";

}  // namespace

std::string TenantLoginTest::ask(const std::string& conninfo, const std::string& sql) const {
    pqxx::connection connection(conninfo);
    pqxx::nontransaction work(connection);
    const auto rows = work.exec(sql);
    return rows.empty() || rows[0][0].is_null() ? std::string() : rows[0][0].as<std::string>();
}

std::string TenantLoginTest::refusal(const std::string& login, const std::string& database) const {
    try {
        pqxx::connection connection(cluster_->conninfo(login, database));
        return {};
    } catch (const pqxx::broken_connection& error) {
        return error.what();
    }
}

void TenantLoginTest::make(const std::string& name) {
    const auto& roles = cluster_->roles();
    cluster_->server().makeTenantLogin(name);
    db::createTenantDatabase(cluster_->asMigrator(), name, roles);
    const auto migrator = cluster_->conninfo(roles.migrator(), name);
    db::migrate(migrator, "tenant", roles);
    db::handOverTenantDatabase(migrator, name, roles);
}

void TenantLoginTest::initTestCase() {
    cluster_ = std::make_unique<TempCluster>();
    for (int again = 0; again < 2; ++again)
        for (const auto& name : {firstOwn, secondOwn}) make(name);
    for (const auto& name : {firstOwn, secondOwn}) QTRY_COMPARE_WITH_TIMEOUT(refusal(name, name), std::string(), 30'000);
}

void TenantLoginTest::namesFitAndDiffer() {
    QCOMPARE(db::tenantDatabaseName("polyclinic", "oak"), std::string("polyclinic_t_oak"));
    QCOMPARE(db::tenantDatabaseName("polyclinic", "oak-street"), std::string("polyclinic_t_oak_street"));
    const std::string longest(63, 'a'), other = std::string(62, 'a') + 'b', plain(32, 'a'), above(33, 'a');
    std::set<std::string> names;
    for (const auto& id : {longest, other, plain, above, std::string(12, 'a') + "-x", std::string("10"), std::string("1-0")}) {
        const auto name = db::tenantDatabaseName("polyclinic", id);
        QVERIFY2(name.size() <= 63, name.c_str());
        QVERIFY2(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos, name.c_str());
        QVERIFY2(names.insert(name).second, name.c_str());
    }
    // PostgreSQL would cut it and mean another one.
    QVERIFY_EXCEPTION_THROWN(db::tenantDatabaseName(std::string(28, 'p'), "oak"), Failure);
    QVERIFY(db::tenantDatabaseName(std::string(27, 'p'), longest).size() == 63);
}

void TenantLoginTest::itOpensItsOwnDatabaseAlone() {
    for (const auto& database : {std::string("polyclinic"), secondOwn, std::string("postgres"), std::string("template1")}) {
        QVERIFY2(refusal(firstOwn, database).find("no pg_hba.conf entry") != std::string::npos,
                 (database + ": " + refusal(firstOwn, database)).c_str());
        // The right itself is not there either.
        QCOMPARE(asSuperuser("postgres", "SELECT has_database_privilege('" + firstOwn + "', '" + database + "', 'CONNECT')"),
                 std::string("f"));
    }
    QVERIFY(refusal(secondOwn, firstOwn).find("no pg_hba.conf entry") != std::string::npos);
    // The schema's owner signs in as the migrator alone, whatever the login's name.
    QVERIFY_EXCEPTION_THROWN(ask(cluster_->conninfo(firstOwn, firstOwn), "SET ROLE polyclinic_schema_owner"), pqxx::sql_error);
    QVERIFY_EXCEPTION_THROWN(ask(cluster_->conninfo(firstOwn, firstOwn), "SET SESSION AUTHORIZATION polyclinic_app_tenant"),
                             pqxx::sql_error);
}

void TenantLoginTest::othersDoNotOpenIt() {
    const auto& roles = cluster_->roles();
    for (const auto& login : {roles.tenant(), roles.system()})
        QVERIFY2(refusal(login, firstOwn).find("permission denied for database") != std::string::npos, refusal(login, firstOwn).c_str());
    QCOMPARE(refusal(roles.backup(), firstOwn), std::string());
    QCOMPARE(ask(cluster_->conninfo(roles.backup(), firstOwn), "SELECT count(*) FROM resource"), std::string("0"));
    QCOMPARE(asSuperuser(firstOwn,
                         "SELECT has_database_privilege('public', current_database(), 'CONNECT, TEMPORARY') OR "
                         "has_schema_privilege('public', 'public', 'USAGE, CREATE')"),
             std::string("f"));
}

void TenantLoginTest::rowSecurityHoldsForIt() {
    const auto of = [&](int tenant) {
        return cluster_->conninfo(firstOwn, firstOwn) + " options='-c app.tenant=" + std::to_string(tenant) + "'";
    };
    ask(of(101), "INSERT INTO tenant_state (tenant_id, closed) VALUES (101, 0)");
    QCOMPARE(ask(of(101), "SELECT count(*) FROM tenant_state"), std::string("1"));
    QCOMPARE(ask(of(102), "SELECT count(*) FROM tenant_state"), std::string("0"));
    QCOMPARE(ask(cluster_->conninfo(firstOwn, firstOwn), "SELECT count(*) FROM tenant_state"), std::string("0"));
    QVERIFY_EXCEPTION_THROWN(ask(of(101), "INSERT INTO tenant_state (tenant_id, closed) VALUES (102, 0)"), pqxx::sql_error);
    QVERIFY_EXCEPTION_THROWN(ask(of(101), "SET row_security = off; SELECT count(*) FROM tenant_state"), pqxx::sql_error);
    QVERIFY_EXCEPTION_THROWN(ask(of(101), "TRUNCATE tenant_state"), pqxx::sql_error);
    QVERIFY_EXCEPTION_THROWN(ask(of(101), "CREATE TABLE mine (n int)"), pqxx::sql_error);
    QVERIFY_EXCEPTION_THROWN(ask(of(101), "ALTER TABLE tenant_state NO FORCE ROW LEVEL SECURITY"), pqxx::sql_error);
}

void TenantLoginTest::itHasTheRightsOfAppTenantAndNoOthers() {
    const auto rights = [&](const std::string& login, const std::string& database) {
        return asSuperuser(database,
                           "SELECT string_agg(relname || ' ' || privilege_type, ',' ORDER BY relname, privilege_type) FROM pg_class c, "
                           "aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace AND a.grantee = '" +
                               login + "'::regrole");
    };
    const auto own = rights(firstOwn, firstOwn);
    QVERIFY2(own.find("resource DELETE,resource INSERT,resource SELECT,resource UPDATE,") != std::string::npos, own.c_str());
    QVERIFY2(own.find("audit_event DELETE,audit_event INSERT,audit_event SELECT,audit_seal") != std::string::npos, own.c_str());
    QCOMPARE(own, rights(cluster_->roles().tenant(), "polyclinic"));
    QCOMPARE(asSuperuser(firstOwn,
                         "SELECT rolcanlogin AND NOT (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication) FROM "
                         "pg_roles WHERE rolname = '" +
                             firstOwn + "'"),
             std::string("t"));
    QCOMPARE(asSuperuser(firstOwn, "SELECT count(*) FROM pg_auth_members WHERE '" + firstOwn + "'::regrole IN (member, roleid)"),
             std::string("0"));
    QCOMPARE(asSuperuser(firstOwn, "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = '" + firstOwn + "'::regrole"),
             std::string("0"));
    // What a later migration takes from app_tenant is taken from it too.
    const auto owner = cluster_->conninfo(cluster_->roles().migrator(), firstOwn);
    asSuperuser(firstOwn, "REVOKE DELETE ON audit_seal FROM polyclinic_app_tenant; GRANT REFERENCES ON resource TO " + firstOwn);
    db::handOverTenantDatabase(owner, firstOwn, cluster_->roles());
    QVERIFY(rights(firstOwn, firstOwn).find("audit_seal DELETE") == std::string::npos);
    QVERIFY(rights(firstOwn, firstOwn).find("resource REFERENCES") == std::string::npos);
    asSuperuser(firstOwn, "GRANT DELETE ON audit_seal TO polyclinic_app_tenant");
    db::handOverTenantDatabase(owner, firstOwn, cluster_->roles());
    QCOMPARE(rights(firstOwn, firstOwn), own);
}

/// Those of a former release, which the one runtime login opened.
void TenantLoginTest::databasesOfBeforeAreHandedOver() {
    const std::string before = "polyclinic_t103";
    const auto& roles = cluster_->roles();
    db::createDatabase(cluster_->asMigrator(), before, roles);
    db::migrate(cluster_->conninfo(roles.migrator(), before), "tenant", roles);
    QCOMPARE(refusal(roles.tenant(), before), std::string());
    make(before);
    QTRY_COMPARE_WITH_TIMEOUT(refusal(before, before), std::string(), 30'000);
    QCOMPARE(ask(cluster_->conninfo(before, before), "SELECT count(*) FROM resource"), std::string("0"));
    for (const auto& login : {roles.tenant(), roles.system()})
        QVERIFY2(refusal(login, before).find("permission denied for database") != std::string::npos, refusal(login, before).c_str());
    QVERIFY(refusal(before, "polyclinic").find("no pg_hba.conf entry") != std::string::npos);
}

void TenantLoginTest::itIsLetInAfterARestart() {
    cluster_->server().stop();
    cluster_->server().start({});
    for (const auto& name : {firstOwn, secondOwn}) QTRY_COMPARE_WITH_TIMEOUT(refusal(name, name), std::string(), 30'000);
    QVERIFY(refusal(firstOwn, secondOwn).find("no pg_hba.conf entry") != std::string::npos);
}

void TenantLoginTest::itGoesWithItsDatabase() {
    for (int again = 0; again < 2; ++again) {
        db::dropDatabase(cluster_->asMigrator(), secondOwn);
        cluster_->server().removeTenantLogin(secondOwn);
    }
    QCOMPARE(asSuperuser("postgres", "SELECT count(*) FROM pg_roles WHERE rolname = '" + secondOwn + "'"), std::string("0"));
    // The map that lets it in forgets it, and the other stays.
    QTRY_COMPARE_WITH_TIMEOUT(
        asSuperuser("postgres", "SELECT count(*) FROM pg_ident_file_mappings WHERE pg_username = '" + secondOwn + "'"), std::string("0"),
        30'000);
    QCOMPARE(refusal(firstOwn, firstOwn), std::string());
}

POLYCLINIC_TEST(TenantLoginTest)
#include "tenant_login_test.moc"
