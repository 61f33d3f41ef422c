// Clinics with a database of their own have a login of their own: the private cluster's is made by the program, that of
// somebody else's PostgreSQL by `database prepare --tenant`, without which there is no such clinic.

#include <QTest>

#include "foreign_postgres.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class TenantDatabaseTest : public QObject {
    Q_OBJECT
  private slots:
    void ownClusterOfBefore();
    void elsewhereItIsPreparedFirst();
};

namespace {

nlohmann::json dedicatedTenant(const std::string& name) {
    return {{"resourceType", "Tenant"}, {"name", name}, {"status", "active"}, {"isolation", "dedicated"}};
}

/// The logins that are connected to a database, in the order of their names.
std::string loginsIn(const std::string& superuser, const std::string& database) {
    pqxx::connection connection(superuser);
    pqxx::nontransaction work(connection);
    return work
        .exec("SELECT coalesce(string_agg(DISTINCT usename, ',' ORDER BY usename), '') FROM pg_stat_activity WHERE datname = '" + database +
              "'")[0][0]
        .as<std::string>();
}

/// What PostgreSQL says when it does not let somebody in; empty: it does.
std::string refusalOf(const std::string& conninfo) {
    try {
        pqxx::connection connection(conninfo);
        return {};
    } catch (const pqxx::broken_connection& error) {
        return error.what();
    }
}

}  // namespace

/// A data folder whose clinics' databases the one runtime login opened: they get their own at the next start.
void TenantDatabaseTest::ownClusterOfBefore() {
    ServerProcess server;
    const auto data = server.dataDirectory();
    const auto own = makeClinic(server, "own", true), shared = makeClinic(server, "shared", false);
    for (const auto& clinic : {own, shared}) QCOMPARE(put(clinic, patient("p")).status, 201);
    const auto database = sql(data, "SELECT database FROM tenant WHERE id = 'own'");
    QCOMPARE(database, "polyclinic_t" + sql(data, "SELECT number FROM tenant WHERE id = 'own'"));
    QCOMPARE(loginsIn(bootstrapOf(data), database), database);
    QCOMPARE(loginsIn(bootstrapOf(data), "polyclinic").find(database), std::string::npos);

    server.kill9();
    {
        auto there = bootstrapOf(data);
        there.replace(there.rfind("polyclinic"), 10, database);
        pqxx::connection connection(there);
        pqxx::nontransaction work(connection);
        work.exec("DROP OWNED BY " + database);
        work.exec("GRANT CONNECT ON DATABASE " + database + " TO polyclinic_app_tenant, polyclinic_app_system");
        work.exec("GRANT USAGE ON SCHEMA public TO polyclinic_app_tenant, polyclinic_app_system");
        work.exec("DROP ROLE " + database);
    }
    server.restart();
    QCOMPARE(get(own, "Patient/p").status, 200);
    QCOMPARE(get(shared, "Patient/p").status, 200);
    QCOMPARE(put(own, patient("q")).status, 201);
    QCOMPARE(loginsIn(bootstrapOf(data), database), database);
    for (const std::string login : {"polyclinic_app_tenant", "polyclinic_app_system"})
        QCOMPARE(sql(data, "SELECT has_database_privilege('" + login + "', '" + database + "', 'CONNECT')"), std::string("f"));

    QCOMPARE(operate(server, "DELETE", "/admin/api/Tenant/own?purge=true").status, 204);
    QCOMPARE(sql(data, "SELECT count(*) FROM pg_roles WHERE rolname = '" + database + "'"), std::string("0"));
    QCOMPARE(sql(data, "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'"), std::string("0"));
    QCOMPARE(get(shared, "Patient/p").status, 200);
}

void TenantDatabaseTest::elsewhereItIsPreparedFirst() {
    ForeignPostgres postgres;
    postgres.start();
    auto ended = postgres.prepare();
    QVERIFY2(ended.code == 0, ended.text.c_str());
    ServerProcess server(postgres.options());
    const auto counted = [&](const std::string& statement) {
        pqxx::connection connection(postgres.admin("polyclinic"));
        pqxx::nontransaction work(connection);
        return work.exec("SELECT count(*) FROM " + statement)[0][0].as<int>();
    };
    const std::string id = "oak-street", database = "polyclinic_t_oak_street";
    const auto create = [&](const std::string& tenant) {
        return operate(server, "PUT", "/admin/api/Tenant/" + tenant, dedicatedTenant("Oak"));
    };
    const auto refused = [&](const std::string& words) {
        const auto answer = create(id);
        QVERIFY2(answer.status == 422, answer.told().c_str());
        const auto& issue = answer.json.at("issue")[0];
        QCOMPARE(issue.at("expression")[0].get<std::string>(), std::string("Tenant.isolation"));
        const auto said = issue.at("diagnostics").get<std::string>();
        QVERIFY2(said.find(words) != std::string::npos, said.c_str());
        QCOMPARE(operate(server, "GET", "/admin/api/Tenant/" + id).status, 404);
        QCOMPARE(counted("tenant WHERE state <> 'purged'"), 0);
    };
    const std::string command = "polyclinicd database prepare --tenant oak-street --admin-uri URI --write-passwords FILE";
    refused(command);
    QCOMPARE(counted("pg_database WHERE datname LIKE 'polyclinic_t%'"), 0);
    QCOMPARE(counted("pg_roles WHERE rolname LIKE 'polyclinic_t%'"), 0);

    ended = postgres.prepareTenant(id);
    QVERIFY2(ended.code == 0 && ended.text.find(database) != std::string::npos, ended.text.c_str());
    const auto passwordOf = [&](const std::string& login) {
        const auto text = contentsOf(postgres.passwords());
        const auto at = text.find("*:*:*:" + login + ':');
        if (at == text.npos) return std::string();
        const auto from = at + 7 + login.size();
        return text.substr(from, text.find('\n', from) - from);
    };
    const auto password = passwordOf(database);
    QVERIFY(password.size() >= 30 && ended.text.find(password) == std::string::npos);
    QVERIFY(!passwordOf("polyclinic_app_tenant").empty());
    QCOMPARE(unsigned(fs::status(postgres.passwords()).permissions()), 0600u);

    // A server whose file lacks the password, and a login that may do too much.
    const auto whole = contentsOf(postgres.passwords());
    auto without = whole;
    without.erase(without.find("*:*:*:" + database), database.size() + 8 + password.size());
    std::ofstream(postgres.passwords()) << without;
    refused("its password is not in this server's file of passwords");
    std::ofstream(postgres.passwords()) << whole;
    postgres.sql("ALTER ROLE " + database + " BYPASSRLS");
    refused("ALTER ROLE " + database + " NOBYPASSRLS");
    postgres.sql("ALTER ROLE " + database + " NOBYPASSRLS");
    postgres.sql("GRANT CONNECT ON DATABASE polyclinic TO " + database);
    refused("can open polyclinic too");
    postgres.sql("REVOKE CONNECT ON DATABASE polyclinic FROM " + database);

    const auto clinic = makeClinic(server, id, true), shared = makeClinic(server, "shared", false);
    for (const auto& one : {clinic, shared}) {
        QCOMPARE(put(one, patient("p")).status, 201);
        QCOMPARE(get(one, "Patient/p").status, 200);
    }
    QVERIFY(postgres.prepareTenant("elm").code == 0);
    QCOMPARE(create("elm").status, 201);
    QCOMPARE(passwordOf(database), password);
    QCOMPARE(loginsIn(postgres.admin(), database), database);

    // Who has its password gets no further.
    const auto conninfo = [&](const std::string& login, const std::string& where) {
        return postgres.keywords() + " user=" + login + " dbname=" + where + " password=" + passwordOf(login);
    };
    QCOMPARE(refusalOf(conninfo(database, database)), std::string());
    for (const std::string other : {"polyclinic", "polyclinic_t_elm"})
        QVERIFY2(refusalOf(conninfo(database, other)).find("permission denied for database") != std::string::npos,
                 refusalOf(conninfo(database, other)).c_str());
    for (const std::string login : {"polyclinic_app_tenant", "polyclinic_app_system", "polyclinic_t_elm"})
        QVERIFY2(refusalOf(conninfo(login, database)).find("permission denied for database") != std::string::npos, login.c_str());

    // A purge takes the database; the id begins anew, with a new one.
    QCOMPARE(operate(server, "DELETE", "/admin/api/Tenant/" + id + "?purge=true").status, 204);
    QCOMPARE(counted("pg_database WHERE datname = '" + database + "'"), 0);
    const auto gone = create(id);
    QVERIFY2(gone.status == 422 && gone.told().find(command) != std::string::npos, gone.told().c_str());
    QVERIFY(postgres.prepareTenant(id).code == 0);
    QVERIFY(passwordOf(database) != password);
    const auto again = makeClinic(server, id, true);
    QCOMPARE(get(again, "Patient/p").status, 404);
    QCOMPARE(put(again, patient("p")).status, 201);

    // The roles' own passwords anew: the clinics' lines stay in the file.
    const auto kept = passwordOf(database);
    QVERIFY(postgres.prepare().code == 0);
    QCOMPARE(passwordOf(database), kept);
    server.restart();
    QCOMPARE(get(again, "Patient/p").status, 200);

    const auto wrong = polyclinicd({"database", "prepare", "--tenant", "Oak Street", "--admin-uri", postgres.admin()});
    QVERIFY2(wrong.code == 64 && wrong.text.find("Correct --tenant.") != std::string::npos, wrong.text.c_str());
    const auto printed = polyclinicd({"database", "prepare", "--tenant", "birch", "--print"});
    QVERIFY2(printed.code == 0 && printed.text.find("CREATE DATABASE \"polyclinic_t_birch\"") != std::string::npos, printed.text.c_str());
}

POLYCLINIC_TEST(TenantDatabaseTest)
#include "tenant_database_test.moc"
