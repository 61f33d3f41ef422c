#include <QElapsedTimer>
#include <QTest>
#include <thread>

#include <pqxx/pqxx>

#include "base/failure.h"
#include "db/migrate.h"
#include "temp_cluster.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class MigrateTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase() { cluster_ = std::make_unique<TempCluster>(); }
    void migrationsAreNumberedInOrder();
    void runsOnceAndThenNothing();
    void twoAtOnceRunItOnce();
    void newerDatabasesAreLeftAlone();
    void aLockHeldByOthersEndsInFiveSeconds();
    void databasesComeAndGo();
    void rolesAreMadeTwiceWithoutHarm();
    void unsafeLoginsAreRefused();
    void safeLoginsPass();
    void conninfoInBothForms();
    void cleanupTestCase() { cluster_.reset(); }

  private:
    std::string fresh(const std::string& name) {
        db::createDatabase(cluster_->conninfo(cluster_->roles().migrator(), "postgres"), name, cluster_->roles());
        return cluster_->conninfo(cluster_->roles().migrator(), name);
    }
    std::string superuser(const std::string& database) { return cluster_->conninfo(cluster_->roles().prefix + "bootstrap", database); }
    std::string refusal(const std::string& conninfo) {
        try {
            db::demandSafeLogin(conninfo, cluster_->roles());
            return {};
        } catch (const Failure& failure) {
            return failure.kind() == FailureKind::conflict ? failure.publicMessage() : "wrong kind: " + failure.publicMessage();
        }
    }
    void asSuperuser(const std::string& sql) {
        pqxx::connection connection(cluster_->asBootstrap());
        pqxx::nontransaction(connection).exec(sql);
    }
    std::unique_ptr<TempCluster> cluster_;
};

void MigrateTest::migrationsAreNumberedInOrder() {
    for (const char* set : {"directory", "tenant"}) {
        const auto all = db::migrationsOf(set);
        QVERIFY(!all.empty());
        for (std::size_t i = 0; i < all.size(); ++i) QCOMPARE(all[i].number, int(i) + 1);
    }
    QVERIFY(db::migrationsOf("elsewhere").empty());
}

void MigrateTest::runsOnceAndThenNothing() {
    const auto migrator = fresh("once");
    QCOMPARE(db::schemaVersion(migrator, "tenant"), 0);
    const int newest = db::migrationsOf("tenant").back().number;
    QCOMPARE(db::migrate(migrator, "tenant", cluster_->roles()), newest);
    QCOMPARE(db::migrate(migrator, "tenant", cluster_->roles()), 0);
    QCOMPARE(db::schemaVersion(cluster_->conninfo(cluster_->roles().tenant(), "once"), "tenant"), newest);
    QCOMPARE(db::schemaVersion(migrator, "directory"), 0);
}

void MigrateTest::twoAtOnceRunItOnce() {
    const auto migrator = fresh("twice");
    std::atomic<int> ran{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) threads.emplace_back([&] { ran += db::migrate(migrator, "tenant", cluster_->roles()); });
    }
    QCOMPARE(ran.load(), int(db::migrationsOf("tenant").size()));
}

void MigrateTest::newerDatabasesAreLeftAlone() {
    const auto migrator = fresh("newer");
    db::migrate(migrator, "tenant", cluster_->roles());
    {
        pqxx::connection connection(superuser("newer"));
        pqxx::nontransaction(connection).exec("INSERT INTO schema_version VALUES ('tenant', 999, 'later', now())");
    }
    try {
        db::migrate(migrator, "tenant", cluster_->roles());
        QFAIL("a newer database was accepted");
    } catch (const Failure& failure) {
        QVERIFY(failure.kind() == FailureKind::conflict);
        QVERIFY(failure.publicMessage().find("999") != std::string::npos);
        QVERIFY(failure.publicMessage().find(std::to_string(db::migrationsOf("tenant").back().number)) != std::string::npos);
    }
}

void MigrateTest::aLockHeldByOthersEndsInFiveSeconds() {
    const auto migrator = fresh("locked");
    pqxx::connection holder(migrator);
    pqxx::nontransaction(holder).exec("SELECT pg_advisory_lock(1886350457)");
    QElapsedTimer timer;
    timer.start();
    try {
        db::migrate(migrator, "tenant", cluster_->roles());
        QFAIL("the lock was not waited for");
    } catch (const Failure& failure) {
        QVERIFY(failure.kind() == FailureKind::unavailable);
    }
    QVERIFY(timer.elapsed() > 4'000 && timer.elapsed() < 7'000);
}

void MigrateTest::databasesComeAndGo() {
    const auto& roles = cluster_->roles();
    const auto migrator = cluster_->conninfo(roles.migrator(), "postgres");
    const std::string name = "we \"quote\" it";
    db::createDatabase(migrator, name, roles);
    db::createDatabase(migrator, name, roles);
    pqxx::connection open(cluster_->conninfo(roles.tenant(), name));  // a runtime login that is still there
    db::dropDatabase(migrator, name);
    db::dropDatabase(migrator, name);
    QVERIFY_EXCEPTION_THROWN(db::schemaVersion(cluster_->conninfo(roles.tenant(), name), "tenant"), Failure);
}

void MigrateTest::rolesAreMadeTwiceWithoutHarm() {
    db::Roles roles;
    roles.prefix = "it's_\"x\"_";
    const auto sql = db::rolesSql(roles, [](const std::string& role) { return "pass'" + role; });
    asSuperuser(sql);
    asSuperuser(sql);
    pqxx::connection connection(cluster_->asBootstrap());
    pqxx::work work(connection);
    const auto count = work.exec_params("SELECT count(*) FROM pg_roles WHERE starts_with(rolname, $1)", roles.prefix);
    QCOMPARE(count[0][0].as<int>(), 5);
    const auto password = work.exec_params("SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = $1", roles.tenant());
    QVERIFY(password[0][0].as<bool>());
}

void MigrateTest::unsafeLoginsAreRefused() {
    QVERIFY(refusal(cluster_->asBootstrap()).find("superuser") != std::string::npos);
    QVERIFY(refusal(cluster_->asBackup()).find("BYPASSRLS") != std::string::npos);
    QVERIFY(refusal(cluster_->asMigrator()).find("member") != std::string::npos);
    asSuperuser("CREATE TABLE theirs (n int); ALTER TABLE theirs OWNER TO " + cluster_->roles().tenant());
    QVERIFY(refusal(cluster_->asTenant()).find("owns") != std::string::npos);
    asSuperuser("DROP TABLE theirs");
    QVERIFY(refusal(cluster_->asTenant()).find("fsync off") != std::string::npos);
}

void MigrateTest::safeLoginsPass() {
    auto settings = cluster_->settings();
    settings.durable = true;
    cluster_->server().stop();
    db::ManagedPostgres durable(settings);
    durable.start({});
    QCOMPARE(refusal(durable.conninfo(cluster_->roles().tenant())), std::string());
    QCOMPARE(refusal(durable.conninfo(cluster_->roles().system())), std::string());
    durable.stop();
    cluster_->server().start({});
}

void MigrateTest::conninfoInBothForms() {
    QCOMPARE(db::withUser("postgresql://a@host:5433/one?sslmode=require", "b", "two"),
             std::string("user='b' dbname='two' host='host' port='5433' sslmode='require'"));
    QCOMPARE(db::withUser("host=/run/x dbname='it\\'s'", "b"), std::string("user='b' dbname='it\\'s' host='/run/x'"));
    QVERIFY_EXCEPTION_THROWN(db::withUser("nonsense", "b"), Failure);
}

POLYCLINIC_TEST(MigrateTest)
#include "migrate_test.moc"
