// More clinics with a database of their own than PostgreSQL has connections for: all of them are served.

#include <pwd.h>
#include <sys/stat.h>
#include <QTest>

#include "server_database.h"
#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class ManyDatabasesTest : public QObject {
    Q_OBJECT
  private slots:
    void everyClinicIsServed();
    void manyIdleDatabasesCostLittle();
};

void ManyDatabasesTest::everyClinicIsServed() {
    // As 250 clinics are to the usual 40, without the time that making them takes.
    ServerProcess server({"--threads", "2", "--tenant-connections", "4"});
    const int count = std::max(12, rounds(12));
    std::vector<Clinic> clinics;
    for (int i = 0; i < count; ++i) clinics.push_back(makeClinic(server, "own-" + std::to_string(i), true));

    std::vector<std::string> faults(clinics.size());
    std::vector<std::thread> people;
    for (std::size_t i = 0; i < clinics.size(); ++i)
        people.emplace_back([&, i] {
            const auto& clinic = clinics[i];
            const auto path = clinic.fhir + "/Patient/p" + std::to_string(i);
            const auto expect = [&](int status, const HttpAnswer& answer) {
                if (answer.status != status && faults[i].empty())
                    faults[i] = clinic.id + ": " + std::to_string(answer.status) + ' ' + answer.told();
            };
            expect(201, http("PUT", path, bearerJson(clinic.token),
                             R"({"resourceType":"Patient","id":"p)" + std::to_string(i) + R"(","active":true})"));
            for (int round = 0; round < 5; ++round) {
                expect(200, askToken(clinic, "system/*.rs"));
                expect(200, http("GET", path, bearer(clinic.token)));
                expect(200, http("GET", clinic.fhir + "/Patient?active=true&_total=accurate", bearer(clinic.token)));
                expect(
                    200,
                    http(
                        "POST", clinic.fhir, bearerJson(clinic.token),
                        R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Basic","code":{"text":"x"}},)"
                        R"("request":{"method":"POST","url":"Basic"}}]})"));
            }
        });
    for (auto& each : people) each.join();
    for (const auto& fault : faults) QVERIFY2(fault.empty(), fault.c_str());
    // Each has its own and nothing else's.
    for (std::size_t i = 0; i < clinics.size(); ++i) {
        const auto found = http("GET", clinics[i].fhir + "/Patient?_total=accurate", bearer(clinics[i].token));
        QCOMPARE(found.json.at("total"), nlohmann::json(1));
        QCOMPARE(found.json.at("/entry/0/resource/id"_json_pointer), nlohmann::json("p" + std::to_string(i)));
    }
    const auto open = ServerDatabase(server).asSuperuser(
        "SELECT count(*) FROM pg_stat_activity WHERE datname <> 'polyclinic' AND backend_type = 'client backend'");
    QVERIFY2(std::stoi(open.at(0)) <= 6, open.at(0).c_str());  // one or two may be on their way out
}

/// Autovacuum looks into one database after the other: the more there are, the longer each is left alone.
void ManyDatabasesTest::manyIdleDatabasesCostLittle() {
    char folder[] = "/tmp/polyclinic-many-XXXXXX";
    QVERIFY(mkdtemp(folder) && chmod(folder, 0755) == 0);
    db::ClusterSettings settings;
    settings.dataDirectory = fs::path(folder) / "postgres";
    settings.durable = false;
    settings.followEvery = std::chrono::milliseconds(100);
    db::ManagedPostgres postgres(settings);
    if (const auto* account = geteuid() == 0 ? getpwnam("postgres") : nullptr)
        QVERIFY(chown(folder, account->pw_uid, account->pw_gid) == 0);
    postgres.start({});
    pqxx::connection connection(postgres.conninfo(settings.roles.prefix + "bootstrap"));
    pqxx::nontransaction sql(connection);
    const auto naptime = [&] { return sql.exec("SELECT setting FROM pg_settings WHERE name = 'autovacuum_naptime'")[0][0].as<int>(); };
    QCOMPARE(naptime(), 10);
    for (int i = 0; i < 14; ++i) sql.exec("CREATE DATABASE own" + std::to_string(i) + " TEMPLATE template0");
    QTRY_COMPARE(naptime(), 15);  // with the program's own
    for (int i = 0; i < 10; ++i) sql.exec("DROP DATABASE own" + std::to_string(i));
    QTRY_COMPARE(naptime(), 10);
    postgres.stop();
    fs::remove_all(folder);
}

POLYCLINIC_TEST(ManyDatabasesTest)
#include "many_databases_test.moc"
