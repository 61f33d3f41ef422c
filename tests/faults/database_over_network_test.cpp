// A database over the network proves its name by TLS, unless its address says that less is enough.

#include <ifaddrs.h>

#include <QTest>

#include "foreign_postgres.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

namespace {

/// An IPv4 address of this computer that is not loopback; empty where there is none.
std::string ownNetworkAddress() {
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return {};
    std::string found;
    for (const auto* one = all; one && found.empty(); one = one->ifa_next) {
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET) continue;
        char text[INET_ADDRSTRLEN];
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr, text, sizeof text);
        if (!std::string_view(text).starts_with("127.")) found = text;
    }
    ::freeifaddrs(all);
    return found;
}

}  // namespace

class DatabaseOverNetworkTest : public QObject {
    Q_OBJECT
  private slots:
    void itProvesItsName();
};

void DatabaseOverNetworkTest::itProvesItsName() {
    const auto own = ownNetworkAddress();
    if (own.empty()) QSKIP("this computer has no network address");
    ForeignPostgres postgres;
    const auto cluster = postgres.folder() / "cluster";
    std::ofstream(cluster / "pg_hba.conf", std::ios::app) << "host all all all scram-sha-256\n";
    postgres.start({"-h", "*"});
    const auto ended = postgres.prepare();
    QVERIFY2(ended.code == 0, ended.text.c_str());
    const auto loopback = postgres.address("polyclinic_app_tenant");
    auto address = loopback;
    address.replace(address.find("127.0.0.1"), 9, own);
    const auto options = [&](const std::string& database) {
        auto all = postgres.options();
        all[1] = database;
        return all;
    };
    Folder folder;
    const auto refused = [&](const std::string& database) {
        const auto answer = serve(folder / "data", options(database));
        QVERIFY2(answer.code == 78, (std::to_string(answer.code) + ": " + answer.text).c_str());
        QVERIFY2(answer.text.find("The database's server does not prove who it is") != std::string::npos, answer.text.c_str());
        QVERIFY2(answer.text.find("sslrootcert=FILE") != std::string::npos, answer.text.c_str());
        QVERIFY(!fs::exists(folder / "data/control.json"));
    };
    refused(address);
    {
        ServerProcess weak(options(address + "?sslmode=disable"));
        QVERIFY2(weak.log().find("says sslmode=disable: records and passwords of the database go over the network in clear text.") !=
                     std::string::npos,
                 weak.log().c_str());
        QCOMPARE(makeClinic(weak, "weak", false).id, std::string("weak"));
    }
    // With a certificate for another name it is refused all the same, and with one for its own it is taken.
    const auto certificate = [&](const std::string& name, const std::string& address) {
        const auto path = (cluster / name).string();
        const auto script = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + name +
                            " -addext subjectAltName=IP:" + address + " -keyout " + path + ".key -out " + path + ".crt && chmod 600 " +
                            path + ".key && chown --reference=" + cluster.string() + " " + path + ".key " + path + ".crt && chmod 644 " +
                            path + ".crt";
        QCOMPARE(db::waitForProgram(db::startProgram({{"/bin/sh", "-c", script}, folder / "openssl.log"}, {"", 0, 0, {}, false})), 0);
    };
    certificate("other", "203.0.113.9");
    certificate("right", own);
    const auto authority = [&](const std::string& name) {
        const auto copy = folder / (name + ".pem");
        fs::copy_file(cluster / (name + ".crt"), copy, fs::copy_options::overwrite_existing);
        return address + "?sslrootcert=" + copy.string();
    };
    for (const std::string name : {"other", "right"}) {
        postgres.stop();
        postgres.start({"-h", "*", "-c", "ssl=on", "-c", "ssl_cert_file=" + (cluster / (name + ".crt")).string(), "-c",
                        "ssl_key_file=" + (cluster / (name + ".key")).string()});
        if (name == "other") refused(authority("other"));
        if (name == "other") continue;
        refused(authority("other"));  // signed by somebody else
        refused(address);             // whom nobody knows
        ServerProcess safe(options(authority("right")));
        QVERIFY2(safe.log().find("sslmode") == std::string::npos, safe.log().c_str());
        QCOMPARE(postgres.prepareTenant("safe").code, 0);
        QCOMPARE(makeClinic(safe, "safe", true).id, std::string("safe"));
    }
    // What nobody else can listen to needs none, and the check of a configuration says what is weak.
    const auto checked = polyclinicd({"check-config", "--database", address + "?sslmode=require"});
    QCOMPARE(checked.code, 0);
    QVERIFY2(checked.text.find("Mind: The address of the database says sslmode=require: ") != std::string::npos, checked.text.c_str());
    for (const auto& fine : {address, loopback, loopback + "?sslmode=disable"})
        QVERIFY(polyclinicd({"check-config", "--database", fine}).text.find("Mind:") == std::string::npos);
}

POLYCLINIC_TEST(DatabaseOverNetworkTest)
#include "database_over_network_test.moc"
