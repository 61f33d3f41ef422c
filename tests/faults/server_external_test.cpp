// A PostgreSQL that somebody else runs: prepared by the command line, refused when it is unsafe, shared by two servers.

#include <sys/stat.h>

#include <QTest>
#include <mutex>
#include <set>

#include "foreign_postgres.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class ServerExternalTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void unsafeDatabases();
    void passwordFiles();
    void twoServersOnOneDatabase();
    void tooFewConnectionsAreTold();
    void databaseGoesAndComes();

  private:
    std::unique_ptr<ForeignPostgres> postgres_;
};

void ServerExternalTest::initTestCase() {
    postgres_ = std::make_unique<ForeignPostgres>();
    postgres_->start();
    const auto ended = postgres_->prepare();
    QVERIFY2(ended.code == 0, ended.text.c_str());
    struct stat info {};
    QCOMPARE(stat(postgres_->passwords().c_str(), &info), 0);
    QCOMPARE(info.st_mode & 0777, 0600u);
    QVERIFY2(contentsOf(postgres_->passwords()).find("polyclinic_app_tenant") != std::string::npos, "passwords");
    QVERIFY2(ended.text.find(contentsOf(postgres_->passwords()).substr(30, 20)) == std::string::npos, "no password is printed");
}

void ServerExternalTest::unsafeDatabases() {
    Folder folder;
    auto& postgres = *postgres_;
    const auto refused = [&](std::vector<std::string> options, const std::string& mending) {
        const auto ended = serve(folder / "data", std::move(options));
        QVERIFY2(ended.code == 78, (std::to_string(ended.code) + ": " + ended.text).c_str());
        QVERIFY2(ended.text.find(mending) != std::string::npos, ended.text.c_str());
        QVERIFY(!fs::exists(folder / "data/control.json"));
    };
    // A superuser under any name, and one under the name that is asked for.
    refused({"--database", postgres.admin("polyclinic")}, "database prepare");
    const auto withRight = [&](const std::string& right, const std::string& mending) {
        postgres.sql("ALTER ROLE polyclinic_app_tenant " + right);
        refused(postgres.options(), mending);
        postgres.sql("ALTER ROLE polyclinic_app_tenant NO" + right);
    };
    withRight("SUPERUSER", "superuser");
    withRight("BYPASSRLS", "ALTER ROLE polyclinic_app_tenant NOBYPASSRLS");
    withRight("CREATEROLE", "NOCREATEROLE");
    postgres.sql("ALTER ROLE polyclinic_app_system BYPASSRLS");
    refused(postgres.options(), "ALTER ROLE polyclinic_app_system NOBYPASSRLS");
    postgres.sql("ALTER ROLE polyclinic_app_system NOBYPASSRLS");
    postgres.sql("GRANT polyclinic_schema_owner TO polyclinic_app_tenant");
    refused(postgres.options(), "Revoke that membership");
    postgres.sql("REVOKE polyclinic_schema_owner FROM polyclinic_app_tenant");
    for (const auto* setting : {"fsync", "full_page_writes", "synchronous_commit"}) {
        postgres.stop();
        postgres.start({"-c", std::string(setting) + "=off"});
        refused(postgres.options(), std::string(setting) + " off");
    }
    postgres.stop();
    // Not there at all: worth another try.
    const auto gone = serve(folder / "data", postgres.options());
    QVERIFY2(gone.code == 75, (std::to_string(gone.code) + ": " + gone.text).c_str());
    QVERIFY(gone.seconds < 15);
    postgres.start();
    refused({"--database", "postgresql://polyclinic_app_tenant@127.0.0.1/x?nonsense=1"}, "address");
}

void ServerExternalTest::passwordFiles() {
    Folder folder;
    auto& postgres = *postgres_;
    auto options = postgres.options();
    const auto refused = [&](const fs::path& file, const std::string& mending) {
        options[3] = file.string();  // after --password-file
        const auto ended = serve(folder / "data", options);
        QVERIFY2(ended.code == 78, ended.text.c_str());
        QVERIFY2(ended.text.find(mending) != std::string::npos, ended.text.c_str());
    };
    refused(folder / "none", "--password-file");
    fs::copy_file(postgres.passwords(), folder / "open");
    fs::permissions(folder / "open", fs::perms(0644));
    refused(folder / "open", "chmod 600");
    if (::geteuid() == 0) {
        // Root reads it at start and the program could not later, when it has become another account.
        fs::copy_file(postgres.passwords(), folder / "roots");
        fs::permissions(folder / "roots", fs::perms(0600));
        QCOMPARE(chown((folder / "roots").c_str(), 0, 0), 0);
        refused(folder / "roots", "chown");
    }
}

void ServerExternalTest::twoServersOnOneDatabase() {
    // Who connects as whom, from the first moment on.
    std::set<std::string> seen;
    std::mutex mutex;
    std::atomic<bool> ending{false}, migrated{false};
    bool migratorLater = false;
    std::jthread watcher([&] {
        pqxx::connection connection(postgres_->admin());
        while (!ending) {
            pqxx::nontransaction work(connection);
            for (const auto& row : work.exec(
                     "SELECT DISTINCT usename FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")) {
                const auto user = row[0].is_null() ? std::string() : row[0].as<std::string>();
                std::lock_guard lock(mutex);
                if (migrated && user == "polyclinic_migrator") migratorLater = true;
                seen.insert(user);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    });
    ServerProcess first(postgres_->options()), second(postgres_->options());
    QTest::qWait(100);
    migrated = true;
    const auto here = makeClinic(first, "t-a", false);
    const auto elsewhere = [&](Clinic clinic) {
        clinic.fhir = second.base() + pathOf(clinic.fhir);
        clinic.tokenUrl = second.base() + pathOf(clinic.tokenUrl);
        return clinic;
    };
    const auto there = elsewhere(here);
    QCOMPARE(put(here, patient("p1", "first")).status, 201);
    QCOMPARE(get(there, "Patient/p1").status, 200);
    QCOMPARE(put(there, patient("p1", "second")).status, 200);
    QCOMPARE(get(here, "Patient/p1").json.at("meta").at("versionId").get<std::string>(), std::string("2"));
    // A cursor of one is understood by the other.
    QCOMPARE(post(here, "", transactionOf("page", 5)).status, 200);
    const auto page = get(here, "Patient?_count=2").json;
    for (const auto& link : page.at("link"))
        if (link.at("relation") == "next") {
            const auto next = link.at("url").get<std::string>();
            const auto answer = http("GET", second.base() + pathOf(next), bearer(here.token));
            QVERIFY2(answer.status == 200, answer.told().c_str());
        }
    // Racing on one criterion through both.
    auto resource = patient("");
    resource["identifier"] = {{{"system", "urn:numbers"}, {"value", "1"}}};
    std::atomic<int> created{0};
    atOnce(16, [&](int i) {
        created += post(i % 2 ? here : there, "/Patient", resource, {{"If-None-Exist", "identifier=urn:numbers|1"}}).status == 201;
    });
    QCOMPARE(created.load(), 1);

    // What ends on one is refused on the other within a second.
    const auto refusedWithin = [&](const Clinic& clinic, const char* what) {
        const auto start = Steady::now();
        int status = 0;
        while (secondsSince(start) < 3 && (status = get(clinic, "Patient/p1").status) == 200)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        const double took = secondsSince(start);
        QVERIFY2(status != 200 && took < 1.1,
                 (std::string(what) + ": " + std::to_string(status) + " after " + std::to_string(took)).c_str());
    };
    auto revoked = addClient(first, here, "system/*.cruds");
    QCOMPARE(get(elsewhere(revoked), "Patient/p1").status, 200);
    const auto revocation = http("POST", here.fhir.substr(0, here.fhir.rfind('/')) + "/system/auth/revoke",
                                 {{"Content-Type", "application/x-www-form-urlencoded"}},
                                 form({{"token", revoked.token}, {"client_id", revoked.clientId}, {"client_secret", revoked.secret}}));
    QVERIFY2(revocation.status == 200, revocation.everything().c_str());
    refusedWithin(elsewhere(revoked), "revoked");
    auto deleted = addClient(first, here, "system/*.cruds");
    QCOMPARE(get(elsewhere(deleted), "Patient/p1").status, 200);
    QVERIFY(operate(first, "DELETE", "/admin/api/Tenant/t-a/Client/" + deleted.clientId).status < 300);
    refusedWithin(elsewhere(deleted), "deleted");
    auto suspended = operate(first, "GET", "/admin/api/Tenant/t-a").json;
    suspended.erase("endpoint");
    suspended["status"] = "suspended";
    QCOMPARE(get(there, "Patient/p1").status, 200);
    const auto change = operate(first, "PUT", "/admin/api/Tenant/t-a", suspended);
    QVERIFY2(change.status == 200, change.told().c_str());
    refusedWithin(there, "suspended");

    ending = true;
    watcher.join();
    seen.erase("dba");
    QCOMPARE(seen, (std::set<std::string>{"polyclinic_app_system", "polyclinic_app_tenant", "polyclinic_migrator"}));
    QVERIFY2(!migratorLater, "the migrator's login is for migrations alone");
}

/// What another PostgreSQL allows is looked at: the private one allows what is needed.
void ServerExternalTest::tooFewConnectionsAreTold() {
    const auto told = [](ServerProcess& server) {
        const auto about = operate(server, "GET", "/admin/api/Server").json;
        for (const auto& check : about.at("health"))
            if (check.at("id") == "connections") return check.at("state").get<std::string>() + ": " + check.at("detail").get<std::string>();
        return std::string();
    };
    const std::vector<std::string> many{"--threads", "2", "--tenant-connections", "500"};
    auto options = postgres_->options();
    options.insert(options.end(), many.begin(), many.end());
    ServerProcess elsewhere(options), own(many);
    QCOMPARE(told(elsewhere), std::string("warning: PostgreSQL allows 100 connections; this server alone may hold 558."));
    QCOMPARE(told(own), std::string());
}

void ServerExternalTest::databaseGoesAndComes() {
    ServerProcess server(postgres_->options());
    const auto clinic = makeClinic(server, "t-b", false);
    QCOMPARE(put(clinic, patient("p1")).status, 201);
    postgres_->stop();
    const auto answer = get(clinic, "Patient/p1");
    QVERIFY2(answer.status == 503 && !answer.header("retry-after").empty(), answer.told().c_str());
    QCOMPARE(http("GET", server.base() + "/health/live").status, 200);
    QCOMPARE(http("GET", server.base() + "/health/ready").status, 503);
    postgres_->start();
    QTRY_COMPARE_WITH_TIMEOUT(get(clinic, "Patient/p1").status, 200, 10'000);
    // Every loop's connections come back by themselves.
    QTRY_VERIFY_WITH_TIMEOUT(put(clinic, patient("p2")).status < 300, 5'000);
    QCOMPARE(server.terminate(), 0);
}

POLYCLINIC_TEST(ServerExternalTest)
#include "server_external_test.moc"
