// How far TLS goes to a database is decided by its address: verified, wherever it leaves this computer.

#include <QTest>

#include "base/failure.h"
#include "db/conninfo.h"
#include "test_case.h"

using namespace polyclinic;

class DatabaseTlsTest : public QObject {
    Q_OBJECT
  private slots:
    void init() {
        for (const char* name : {"PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSSLROOTCERT", "PGSERVICE"}) qunsetenv(name);
        qputenv("HOME", "/nonexistent");
    }
    void local_data();
    void local();
    void overTheNetwork_data();
    void overTheNetwork();
    void whatTheAddressSaysStays();
    void theEnvironmentNamesHosts();
};

void DatabaseTlsTest::local_data() {
    QTest::addColumn<QString>("address");
    for (const char* address :
         {"postgresql:///x", "host=/run/postgresql dbname=x", "postgresql://u@/x?host=/run/postgresql", "postgresql://u@127.0.0.1/x",
          "postgresql://u@127.8.8.8:5433/x", "postgresql://u@[::1]/x", "postgresql://u@localhost/x", "host=@abstract",
          "host=/a,localhost,127.0.0.1", "host=db.example hostaddr=127.0.0.1", "host=localhost,db.example hostaddr=,127.0.0.1"})
        QTest::newRow(address) << address;
}

void DatabaseTlsTest::local() {
    QFETCH(QString, address);
    const auto text = address.toStdString();
    QVERIFY(db::isOnThisComputer(text));
    QCOMPARE(db::withVerifiedTls(text), text);
    QCOMPARE(
        db::weaknessOfTls(text + (text.starts_with("postgresql") ? (text.find('?') == text.npos ? "?" : "&") : " ") + "sslmode=disable"),
        std::string());
}

void DatabaseTlsTest::overTheNetwork_data() {
    QTest::addColumn<QString>("address");
    for (const char* address :
         {"postgresql://u@db.example/x", "postgresql://u@10.1.2.3/x", "postgresql://u@[fd00::2]/x", "host=/a,db.example",
          "host=127.0.0.1,10.0.0.1", "host=localhost hostaddr=10.0.0.1", "postgresql://u@localhost.example/x", "postgresql://u@0.0.0.0/x",
          "service=clinic", "host=db.example,/a hostaddr=,127.0.0.1", "host=/a,db.example hostaddr=127.0.0.1,"})
        QTest::newRow(address) << address;
}

void DatabaseTlsTest::overTheNetwork() {
    QFETCH(QString, address);
    const auto text = address.toStdString();
    QVERIFY(!db::isOnThisComputer(text));
    const auto safe = db::withVerifiedTls(text);
    QVERIFY2(safe.find("sslmode='verify-full'") != safe.npos, safe.c_str());
    QVERIFY2(safe.find("sslrootcert='/etc/ssl/certs/ca-certificates.crt'") != safe.npos, safe.c_str());
    QCOMPARE(db::withVerifiedTls(safe), safe);
    QCOMPARE(db::weaknessOfTls(safe), std::string());
}

void DatabaseTlsTest::whatTheAddressSaysStays() {
    const std::string begin = "postgresql://u@db.example/x?sslmode=";
    for (const char* mode : {"disable", "allow", "prefer", "require", "verify-ca"}) {
        QCOMPARE(db::withVerifiedTls(begin + mode), begin + mode);
        const auto weakness = db::weaknessOfTls(begin + mode);
        QVERIFY2(weakness.starts_with("The address of the database says sslmode=" + std::string(mode) + ": "), weakness.c_str());
    }
    QCOMPARE(db::weaknessOfTls(begin + "verify-full"), std::string());
    QCOMPARE(db::weaknessOfTls("postgresql://u@db.example/x"), std::string());
    const auto own = db::withVerifiedTls("postgresql://u@db.example/x?sslrootcert=/etc/authority.pem");
    QVERIFY2(own.find("sslrootcert='/etc/authority.pem'") != own.npos && own.find("ca-certificates") == own.npos, own.c_str());
    QVERIFY_EXCEPTION_THROWN(db::withVerifiedTls("nonsense"), Failure);
}

void DatabaseTlsTest::theEnvironmentNamesHosts() {
    qputenv("PGHOST", "db.example");
    QVERIFY(!db::isOnThisComputer("dbname=x"));
    QVERIFY(db::isOnThisComputer("host=/run/postgresql"));
    qputenv("PGSSLROOTCERT", "/etc/authority.pem");
    QVERIFY(db::withVerifiedTls("dbname=x").find("sslrootcert") == std::string::npos);
}

POLYCLINIC_TEST(DatabaseTlsTest)
#include "database_tls_test.moc"
