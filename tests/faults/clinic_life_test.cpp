// The life of a clinic under load: suspended and trashed clinics take no writes and run no jobs, and of a purged one no row
// is left, whoever wrote at that moment and whatever died.

#include <QTest>
#include <random>
#include <set>

#include <set>
#include "server_support.h"

#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class ClinicLifeTest : public QObject {
    Q_OBJECT
  private slots:
    void nothingOfAPurgedClinicIsLeft_data();
    void nothingOfAPurgedClinicIsLeft();
    void purgesAreFinishedAfterACrash_data();
    void purgesAreFinishedAfterACrash();
    void closedClinicsStopWritesAndJobs_data();
    void closedClinicsStopWritesAndJobs();
    void statesAreToldLaterWhereTheyCouldNotBe();

  private:
    std::mt19937 random_{std::random_device()()};
};

namespace {

std::string tenantValue(const fs::path& data, const std::string& id, const std::string& column) {
    return sql(data, "SELECT " + column + " FROM tenant WHERE id = '" + id + "' ORDER BY number DESC LIMIT 1");
}

/// Of every table that has a tenant_id, as the catalogue of that database lists them.
long rowsOfTenant(const fs::path& data, const std::string& number, const std::string& database = "polyclinic") {
    auto address = bootstrapOf(data);
    address.replace(address.find("dbname="), std::string::npos, "dbname=" + database);
    pqxx::connection connection(address);
    pqxx::nontransaction work(connection);
    long rows = 0;
    for (const auto& table :
         work.exec("SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' "
                   "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"))
        rows += work.exec("SELECT count(*) FROM " + table[0].as<std::string>() + " WHERE tenant_id = " + number)[0][0].as<long>();
    return rows;
}

fs::path manyPatients(ServerProcess& server, int count) {
    const auto file = server.folder() / "many.ndjson";
    std::ofstream out(file);
    for (int i = 0; i < count; ++i) out << patient("import-" + std::to_string(i), "Imported").dump() << '\n';
    out.close();
    fs::permissions(file, fs::perms(0644));
    return file;
}

/// What keeps a clinic busy: writers, readers, programs that sign in, and an import.
class BusyClinic {
  public:
    BusyClinic(const Clinic& clinic, std::atomic<bool>& ending) {
        for (int w = 0; w < 5; ++w)
            threads_.emplace_back([this, clinic, &ending, w] {
                for (int n = 0; !ending; ++n) {
                    const auto id = "w" + std::to_string(w) + "n" + std::to_string(n);
                    try {
                        int status = 0;
                        if (w < 2) status = put(clinic, patient(id)).status;
                        if (w == 2) status = post(clinic, "", transactionOf(id, 20)).status;
                        if (w == 3) status = get(clinic, "Patient/w0n0").status;
                        if (w == 4) status = askToken(clinic, "system/*.rs").status;
                        if (status == 500) internal = true;
                        if (status == 200 || status == 201) ++answered;
                    } catch (const std::runtime_error&) {
                        return;  // the server is gone
                    }
                }
            });
    }
    std::atomic<long> answered{0};
    std::atomic<bool> internal{false};

  private:
    std::vector<std::jthread> threads_;
};

void addPlacements() {
    QTest::addColumn<bool>("dedicated");
    QTest::newRow("shared") << false;
    QTest::newRow("dedicated") << true;
}

template <class Condition>
bool soon(Condition condition) {
    const auto start = Steady::now();
    while (!condition()) {
        if (secondsSince(start) > 60) return false;
        std::this_thread::sleep_for(20ms);
    }
    return true;
}

}  // namespace

void ClinicLifeTest::nothingOfAPurgedClinicIsLeft_data() { addPlacements(); }

void ClinicLifeTest::nothingOfAPurgedClinicIsLeft() {
    QFETCH(bool, dedicated);
    ServerProcess server;
    const auto data = server.dataDirectory();
    const auto neighbour = makeClinic(server, "neighbour", false);
    QCOMPARE(put(neighbour, patient("stays")).status, 201);
    const auto kept = rowsOfTenant(data, tenantValue(data, "neighbour", "number"));
    const auto file = manyPatients(server, 20'000);
    std::set<std::string> numbers;
    for (int round = 0; round < rounds(3); ++round) {
        const auto clinic = makeClinic(server, "ends", dedicated);  // the same id, another number
        const auto number = tenantValue(data, "ends", "number"), database = tenantValue(data, "ends", "coalesce(database, '')");
        QVERIFY(numbers.insert(number).second);
        std::atomic<bool> ending{false};
        BusyClinic load(clinic, ending);
        startImport(server, "ends", file);
        QVERIFY(soon([&] { return load.answered > 20; }));
        QTest::qWait(int(random_() % 400));
        const auto purged = operate(server, "DELETE", "/admin/api/Tenant/ends?purge=true");
        QVERIFY2(purged.status == 204, purged.told().c_str());
        const auto left = dedicated ? 0 : rowsOfTenant(data, number);
        const auto before = load.answered.load();
        QTest::qWait(300);
        ending = true;
        QVERIFY2(left == 0, std::to_string(left).c_str());
        QVERIFY2(!load.internal || dedicated, "a writer was answered 500");
        QVERIFY2(load.answered - before <= 5, "acknowledged after the purge");  // what was on its way
        QCOMPARE(tenantValue(data, "ends", "state"), std::string("purged"));
        QCOMPARE(sql(data, "SELECT count(*) FROM job_queue WHERE tenant = " + number), std::string("0"));
        if (dedicated)
            QCOMPARE(sql(data, "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'"), std::string("0"));
        else
            QCOMPARE(rowsOfTenant(data, number), 0l);
    }
    QVERIFY(rowsOfTenant(data, tenantValue(data, "neighbour", "number")) >= kept);
    QCOMPARE(get(neighbour, "Patient/stays").status, 200);
    for (const auto& number : numbers) QCOMPARE(rowsOfTenant(data, number), 0l);
}

void ClinicLifeTest::purgesAreFinishedAfterACrash_data() { addPlacements(); }

void ClinicLifeTest::purgesAreFinishedAfterACrash() {
    QFETCH(bool, dedicated);
    ServerProcess server;
    const auto data = server.dataDirectory();
    const auto file = manyPatients(server, 20'000);
    for (int round = 0; round < rounds(2); ++round) {
        const auto clinic = makeClinic(server, "crashes", dedicated);
        const auto number = tenantValue(data, "crashes", "number"), database = tenantValue(data, "crashes", "coalesce(database, '')");
        startImport(server, "crashes", file);
        QCOMPARE(post(clinic, "", transactionOf("x", 500)).status, 200);
        std::jthread purging([&] {
            try {
                operate(server, "DELETE", "/admin/api/Tenant/crashes?purge=true");
            } catch (const std::runtime_error&) {
            }
        });
        QVERIFY(soon([&] { return tenantValue(data, "crashes", "state") != "active"; }));
        QTest::qWait(int(random_() % 60));
        server.kill9();
        purging.join();
        server.restart();
        QVERIFY(soon([&] { return tenantValue(data, "crashes", "state") == "purged"; }));
        if (!dedicated) QCOMPARE(rowsOfTenant(data, number), 0l);
        if (dedicated) QCOMPARE(sql(data, "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'"), std::string("0"));
        if (dedicated) QCOMPARE(sql(data, "SELECT count(*) FROM pg_roles WHERE rolname = '" + database + "'"), std::string("0"));
        QCOMPARE(sql(data, "SELECT count(*) FROM job_queue WHERE tenant = " + number), std::string("0"));
    }
}

void ClinicLifeTest::closedClinicsStopWritesAndJobs_data() {
    QTest::addColumn<bool>("dedicated");
    QTest::addColumn<bool>("trash");
    for (const bool dedicated : {false, true})
        for (const bool trash : {false, true})
            QTest::addRow("%s, %s", dedicated ? "dedicated" : "shared", trash ? "trashed" : "suspended") << dedicated << trash;
}

void ClinicLifeTest::closedClinicsStopWritesAndJobs() {
    QFETCH(bool, dedicated);
    QFETCH(bool, trash);
    ServerProcess server;
    const auto data = server.dataDirectory();
    const auto clinic = makeClinic(server, "closes", dedicated);
    const auto number = tenantValue(data, "closes", "number");
    auto database = tenantValue(data, "closes", "coalesce(database, '')");
    if (database.empty()) database = "polyclinic";
    const auto change = [&](const std::string& status) {
        return operate(server, "PUT", "/admin/api/Tenant/closes",
                       {{"resourceType", "Tenant"},
                        {"name", "Clinic closes"},
                        {"status", status},
                        {"isolation", dedicated ? "dedicated" : "shared"}})
            .status;
    };
    constexpr int all = 60'000;
    const auto id = startImport(server, "closes", manyPatients(server, all));
    const auto job = [&] { return operate(server, "GET", "/admin/api/Job/" + id).json; };
    QVERIFY(soon([&] { return job().contains("result") && job().at("result").at("created").value("Patient", 0) > 0; }));
    {
        std::atomic<bool> ending{false};
        BusyClinic load(clinic, ending);
        QVERIFY(soon([&] { return load.answered > 20; }));
        if (trash)
            QCOMPARE(operate(server, "DELETE", "/admin/api/Tenant/closes").status, 204);
        else
            QCOMPARE(change("suspended"), 200);
        QTest::qWait(100);
        ending = true;
    }
    // Nothing is written from then on, though the import had most of its way before it.
    QCOMPARE(put(clinic, patient("late")).status, 404);
    QVERIFY(soon([&] { return sql(data, "SELECT status FROM job_queue WHERE id = '" + id + "'") == "cancelled"; }));
    const auto rows = rowsOfTenant(data, number, database);
    QTest::qWait(500);
    const auto later = rowsOfTenant(data, number, database);
    QVERIFY2(later <= rows + 10, (std::to_string(rows) + " " + std::to_string(later)).c_str());  // seals and what an operator did
    if (trash)
        QCOMPARE(operate(server, "POST", "/admin/api/Tenant/closes/$restore").status, 200);
    else
        QCOMPARE(change("active"), 200);
    const auto ended = job();
    QVERIFY2(ended.at("status") == "cancelled" && ended.value("failure", "").find("suspended") != std::string::npos, ended.dump().c_str());
    QCOMPARE(ended.at("result").at("created").value("Patient", 0), countOf(clinic, "Patient?family=Imported"));
    QVERIFY(ended.at("result").at("created").value("Patient", 0) < all);
    QCOMPARE(ended.at("result").at("failed"), 0);
    QCOMPARE(put(clinic, patient("again")).status, 201);
}

/// As after a crash between the two places that keep the state.
void ClinicLifeTest::statesAreToldLaterWhereTheyCouldNotBe() {
    ServerProcess server;
    const auto data = server.dataDirectory();
    const auto clinic = makeClinic(server, "told", false);
    const auto number = tenantValue(data, "told", "number");
    const auto closed = [&] { return sql(data, "SELECT closed FROM tenant_state WHERE tenant_id = " + number); };
    QCOMPARE(closed(), std::string("0"));
    sql(data, "UPDATE tenant SET state = 'suspended' WHERE id = 'told'");
    QVERIFY(soon([&] { return closed() == "1"; }));
    sql(data, "UPDATE tenant SET state = 'active' WHERE id = 'told'");
    QVERIFY(soon([&] { return closed() == "0"; }));
    // A database that never heard of its tenants, as those of before are.
    sql(data, "DELETE FROM tenant_state");
    QVERIFY(put(clinic, patient("lost")).status == 404);
    sql(data, "UPDATE tenant SET told = NULL");
    server.restart();
    QCOMPARE(put(clinic, patient("found")).status, 201);
}

POLYCLINIC_TEST(ClinicLifeTest)
#include "clinic_life_test.moc"
