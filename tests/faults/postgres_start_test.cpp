#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QElapsedTimer>
#include <QTest>
#include <atomic>
#include <fstream>
#include <pqxx/pqxx>

#include "base/failure.h"
#include "db/child_process.h"
#include "db/cluster_files.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
namespace fs = std::filesystem;
using State = db::ManagedPostgres::State;

/// What a start finds: strangers' process numbers, orphans, damaged or closed folders. Nothing is ever overwritten.
class PostgresStartTest : public QObject {
    Q_OBJECT
  private slots:
    void init() { cluster_ = std::make_unique<TempCluster>(); }
    void cleanup() { cluster_.reset(); }
    void stalePidOfAStranger();
    void orphanIsAdopted();
    void anotherClustersServerIsNotTaken();
    void givesUpAfterFiveFailures();
    void damagedFolders_data();
    void damagedFolders();
    void closedFolders();
    void halfMadeClusterIsMadeAnew();
    void noPatientTextInTheLog();

  private:
    db::ManagedPostgres& server() { return cluster_->server(); }
    fs::path data() const { return cluster_->settings().dataDirectory; }
    std::string refusal() {
        try {
            server().start({});
            return {};
        } catch (const Failure& failure) {
            return failure.publicMessage();
        }
    }
    std::unique_ptr<TempCluster> cluster_;
};

/// R19.
void PostgresStartTest::stalePidOfAStranger() {
    server().stop();
    const auto account = db::accountFor({});
    const pid_t stranger = db::startProgram({{"/bin/sleep", "60"}, {}}, account);
    QTest::qWait(100);
    std::ofstream(data() / "postmaster.pid") << stranger << "\n" << data().string() << "\n1000000000\n5432\n/nowhere\n\n";
    if (account.drops) QCOMPARE(chown((data() / "postmaster.pid").c_str(), account.uid, account.gid), 0);
    QElapsedTimer timer;
    timer.start();
    const auto refused = refusal();
    const bool strangerLives = db::isAlive(stranger);
    kill(stranger, SIGKILL);
    db::waitForProgram(stranger);
    QVERIFY2(refused.empty(), refused.c_str());
    QVERIFY(timer.elapsed() < 40'000);
    QVERIFY(strangerLives);
    int aside = 0;
    for (const auto& entry : fs::directory_iterator(data())) aside += entry.path().filename().string().starts_with("postmaster.pid.stale-");
    QCOMPARE(aside, 1);
    QVERIFY(server().postmasterPid() != stranger);
}

/// R20: what a crashed program leaves behind is a running PostgreSQL that is nobody's child.
void PostgresStartTest::orphanIsAdopted() {
    const auto folder = server().socketDirectory();
    server().stop();
    fs::create_directory(folder);
    const auto account = db::accountFor({});
    if (account.drops) QCOMPARE(chown(folder.c_str(), account.uid, account.gid), 0);
    chmod(folder.c_str(), 0700);
    const auto programs = db::postgresPrograms();
    const pid_t orphan = db::startProgram({{(programs / "postgres").string(), "-D", data().string()}, data() / "postgres.log"}, account);
    QTRY_VERIFY_WITH_TIMEOUT(fs::exists(folder / ".s.PGSQL.5432"), 60'000);
    QElapsedTimer timer;
    timer.start();
    server().start({});
    QVERIFY(timer.elapsed() < 40'000);
    QCOMPARE(server().postmasterPid(), orphan);
    QVERIFY(db::schemaVersion(cluster_->asTenant(), "tenant") > 0);
    // It is watched like one of our own.
    kill(orphan, SIGKILL);
    db::waitForProgram(orphan);
    QTRY_VERIFY_WITH_TIMEOUT(server().postmasterPid() != orphan && server().state() == State::running, 15'000);
    QVERIFY(db::schemaVersion(cluster_->asTenant(), "tenant") > 0);
    const pid_t next = server().postmasterPid();
    server().stop();
    QVERIFY(!db::isAlive(next));
    QCOMPARE(server().state(), State::stopped);
}

void PostgresStartTest::anotherClustersServerIsNotTaken() {
    TempCluster other;
    server().stop();
    fs::copy_file(other.settings().dataDirectory / "postmaster.pid", data() / "postmaster.pid", fs::copy_options::overwrite_existing);
    const pid_t theirs = other.server().postmasterPid();
    server().start({});
    QVERIFY(server().postmasterPid() != theirs);
    QVERIFY(db::isAlive(theirs));
    QVERIFY(db::schemaVersion(other.asTenant(), "tenant") > 0);
}

/// R24.
void PostgresStartTest::givesUpAfterFiveFailures() {
    std::atomic<int> told{0};
    server().onState([&told](State state, std::string_view reason) { told += state == State::failed && !reason.empty(); });
    std::ofstream(data() / "postgresql.conf") << "this is = = not a setting\n";
    kill(server().postmasterPid(), SIGKILL);
    QTRY_VERIFY_WITH_TIMEOUT(server().state() == State::failed, 60'000);
    QCOMPARE(told.load(), 1);
    QCOMPARE(server().postmasterPid(), 0);
    QVERIFY2(server().logTail(20).find("postgresql.conf") != std::string::npos, server().logTail(20).c_str());
    QTest::qWait(1'500);
    QCOMPARE(server().postmasterPid(), 0);
    server().start({});
    QVERIFY(db::schemaVersion(cluster_->asTenant(), "tenant") > 0);
}

void PostgresStartTest::damagedFolders_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("cut");
    QTest::newRow("PG_VERSION missing") << "PG_VERSION" << false;
    QTest::newRow("PG_VERSION empty") << "PG_VERSION" << true;
    QTest::newRow("pg_control missing") << "global/pg_control" << false;
    QTest::newRow("pg_control cut") << "global/pg_control" << true;
    QTest::newRow("pg_wal missing") << "pg_wal" << false;
}

/// R17: the advice names the folder; initdb and pg_resetwal are never run.
void PostgresStartTest::damagedFolders() {
    QFETCH(QString, file);
    QFETCH(bool, cut);
    server().stop();
    const auto path = data() / file.toStdString();
    if (cut)
        fs::resize_file(path, 0);
    else
        fs::remove_all(path);
    QElapsedTimer timer;
    timer.start();
    const auto told = refusal();
    QVERIFY(timer.elapsed() < 40'000);
    QVERIFY2(told.find(data().string()) != std::string::npos, told.c_str());
    QVERIFY2(told.find("backup") != std::string::npos, told.c_str());
    QCOMPARE(server().state(), State::failed);
    QVERIFY2(cut ? fs::file_size(path) == 0 : !fs::exists(path), "something was made anew");
    QVERIFY(fs::exists(data() / "base"));
}

/// R14.
void PostgresStartTest::closedFolders() {
    server().stop();
    chmod(data().c_str(), 0755);
    QVERIFY2(refusal().find("chmod 700 " + data().string()) != std::string::npos, refusal().c_str());
    chmod(data().c_str(), 0500);
    QVERIFY2(refusal().find("chmod 700 " + data().string()) != std::string::npos, refusal().c_str());
    chmod(data().c_str(), 0700);
    if (geteuid() == 0) {
        struct stat before {};
        QCOMPARE(stat(data().c_str(), &before), 0);
        QCOMPARE(chown(data().c_str(), 0, 0), 0);
        QVERIFY2(refusal().find("chown -R postgres " + data().string()) != std::string::npos, refusal().c_str());
        QCOMPARE(chown(data().c_str(), before.st_uid, before.st_gid), 0);
        chmod(cluster_->scratch().c_str(), 0700);  // the account cannot pass
        QVERIFY2(refusal().find(data().string()) != std::string::npos, refusal().c_str());
        chmod(cluster_->scratch().c_str(), 0755);
    }
    const auto told = refusal();
    QVERIFY2(told.empty(), told.c_str());
}

/// R55: a first start that was killed left a half cluster beside the folder.
void PostgresStartTest::halfMadeClusterIsMadeAnew() {
    auto settings = cluster_->settings();
    settings.dataDirectory = cluster_->scratch() / "second";
    fs::create_directories(cluster_->scratch() / "second.new" / "base");
    db::ManagedPostgres second(settings);
    std::vector<std::string> steps;
    second.start([&steps](std::string_view step) { steps.emplace_back(step); });
    QVERIFY(steps.size() >= 3);
    QVERIFY(!fs::exists(cluster_->scratch() / "second.new"));
    QVERIFY(db::migrate(second.conninfo(settings.roles.migrator()), "tenant", settings.roles) > 0);
    QCOMPARE(second.socketDirectory().string().size() < 90, true);
    struct stat status {};
    QCOMPARE(stat(second.socketDirectory().c_str(), &status), 0);
    QCOMPARE(int(status.st_mode & 0777), 0700);
}

void PostgresStartTest::noPatientTextInTheLog() {
    pqxx::connection connection(cluster_->asBootstrap());
    for (const char* sql : {"SELECT 'Zebedee Quill'::int", "INSERT INTO schema_version VALUES ('Zebedee Quill', NULL, 'Zebedee Quill')",
                            "DO $$ BEGIN RAISE WARNING 'Zebedee Quill'; END $$", "SELECT nothing FROM \"Zebedee Quill\""}) {
        try {
            pqxx::nontransaction(connection).exec(sql);
        } catch (const pqxx::sql_error&) {
        }
    }
    server().stop();
    const auto log = server().logTail(10'000);
    QVERIFY(log.find("database system is shut down") != std::string::npos);
    QVERIFY2(log.find("Zebedee") == std::string::npos, log.c_str());
}

POLYCLINIC_TEST(PostgresStartTest)
#include "postgres_start_test.moc"
