// A dump that a former release left: a clinic in the shared database and one with its own. It opens after every
// migration, answers as it did, and its audit logs fit their seals. tests/faults/former was made by that release.

#include <QTest>

#include "foreign_postgres.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class FormerReleaseTest : public QObject {
    Q_OBJECT
  private slots:
    void itsDumpAnswersTheSame();
};

namespace {

const fs::path former = POLYCLINIC_SOURCE_DIR "/tests/faults/former";

void restore(const ForeignPostgres& postgres, const std::string& database) {
    {
        pqxx::connection connection(postgres.admin());
        pqxx::nontransaction work(connection);
        work.exec("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
        work.exec("CREATE DATABASE " + database + " OWNER polyclinic_schema_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
    }
    const auto log = postgres.folder() / (database + ".log");
    const db::Program psql{
        {"/usr/bin/psql", postgres.admin(database), "-qX", "-v", "ON_ERROR_STOP=1", "-f", (former / (database + ".sql")).string()}, log};
    if (db::waitForProgram(db::startProgram(psql, {"", 0, 0, {}, false})) != 0) throw std::runtime_error(contentsOf(log));
}

/// Every address of both clinics that was kept, their logs and their people.
void answersAsItDid(ServerProcess& server) {
    const auto known = nlohmann::json::parse(contentsOf(former / "answers.json"));
    for (const auto& [id, clinic] : known.items()) {
        Clinic old;
        old.clientId = clinic.at("client");
        old.secret = clinic.at("secret");
        old.tokenUrl = server.base() + "/tenant/" + id + "/system/auth/token";
        const auto token = askToken(old, "system/*.cruds");
        QVERIFY2(token.status == 200, token.told().c_str());
        const std::string bearerToken = token.json.at("access_token");
        int asked = 0;
        for (const auto& [address, answer] : clinic.at("answers").items()) {
            const auto now = http("GET", server.base() + "/tenant/" + id + "/fhir-api/" + address, bearer(bearerToken));
            QVERIFY2(now.status == answer[0].get<long>(), (id + " " + address + ": " + now.told()).c_str());
            if (now.status != 200) continue;
            // A clinic keeps the addresses with which it was made.
            QVERIFY2(now.json == answer[1], (id + " " + address + ": " + now.told()).c_str());
            ++asked;
        }
        QCOMPARE(asked, 8);
        const auto seals = operate(server, "POST", "/admin/api/Tenant/" + id + "/AuditEvent/$verify");
        QVERIFY2(seals.status == 200, seals.told().c_str());
        QVERIFY2(seals.json.at("broken").empty() && seals.json.at("verified") >= 20, seals.told().c_str());
        const auto accounts = operate(server, "GET", "/admin/api/Tenant/" + id + "/Account");
        QVERIFY2(accounts.told().find("\"username\":\"ana\"") != std::string::npos, accounts.told().c_str());
    }
}

}  // namespace

void FormerReleaseTest::itsDumpAnswersTheSame() {
    ForeignPostgres postgres;
    postgres.start();
    auto ended = postgres.prepare();
    QVERIFY2(ended.code == 0, ended.text.c_str());
    restore(postgres, "polyclinic");
    restore(postgres, "polyclinic_t101");
    ended = postgres.prepare();
    QVERIFY2(ended.code == 0, ended.text.c_str());
    std::ofstream(postgres.key()) << contentsOf(former / "installation.key");

    ServerProcess server(postgres.options());
    answersAsItDid(server);
    // Its own database is opened by the login of all clinics, until there is one for it.
    const auto told = [&] { return operate(server, "GET", "/admin/api/Server").body.find("Database logins") != std::string::npos; };
    const auto connected = [&] {
        pqxx::connection connection(postgres.admin());
        pqxx::nontransaction work(connection);
        return work.exec("SELECT string_agg(DISTINCT usename, ',') FROM pg_stat_activity WHERE datname = 'polyclinic_t101'")[0][0]
            .as<std::string>();
    };
    QVERIFY(told());
    QVERIFY2(server.log().find("database prepare --tenant old-own ") != std::string::npos, server.log().c_str());
    QCOMPARE(connected(), std::string("polyclinic_app_tenant"));
    ended = postgres.prepareTenant("old-own");
    QVERIFY2(ended.code == 0 && ended.text.find("polyclinic_t101") != std::string::npos, ended.text.c_str());
    answersAsItDid(server);
    server.restart();
    answersAsItDid(server);
    QVERIFY(!told());
    QCOMPARE(connected(), std::string("polyclinic_t101"));
}

POLYCLINIC_TEST(FormerReleaseTest)
#include "former_release_test.moc"
