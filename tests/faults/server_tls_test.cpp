// Certificates that do not do: the listener stays closed. Those that are changed: for the next handshake.

#include <sys/stat.h>

#include <QTest>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class ServerTlsTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void pairsThatDoNotDo();
    void reloadedByHangUp();

  private:
    /// PEM files <name>.crt and <name>.key, readable by the server's account.
    void make(const std::string& name, const std::string& days);
    fs::path file(const std::string& name) const { return folder_ / name; }
    /// Serial number of what the server shows; empty when the handshake fails.
    std::string serial(const std::string& base) const;
    Folder folder_;
};

void ServerTlsTest::make(const std::string& name, const std::string& days) {
    const auto path = file(name).string();
    const auto script = "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -keyout " + path +
                        ".key -out " + path + ".csr && openssl x509 -req -in " + path + ".csr -signkey " + path + ".key -out " + path +
                        ".crt -days " + days;
    QCOMPARE(db::waitForProgram(db::startProgram({{"/bin/sh", "-c", script}, file("openssl.log")}, {"", 0, 0, {}, false})), 0);
    const auto account = db::accountFor({});
    for (const auto* end : {".key", ".crt"})
        if (account.drops) QCOMPARE(chown(file(name + end).c_str(), account.uid, account.gid), 0);
}

std::string ServerTlsTest::serial(const std::string& base) const {
    const auto out = file("shown");
    fs::remove(out);
    const pid_t pid = db::startProgram(
        {{"/bin/sh", "-c",
          "openssl s_client -connect " + authorityOf(base) + " </dev/null 2>/dev/null | openssl x509 -noout -serial 2>/dev/null"},
         out},
        {"", 0, 0, {}, false});
    db::waitForProgram(pid);
    return contentsOf(out);
}

void ServerTlsTest::initTestCase() {
    make("good", "90");
    make("other", "90");
    make("old", "-1");
    std::ofstream(file("garbage.crt")) << "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::ofstream(file("empty.crt")) << "";
}

void ServerTlsTest::pairsThatDoNotDo() {
    struct Case {
        const char* certificate;
        const char* key;
        const char* says;
    };
    for (const auto& one :
         {Case{"good.crt", "other.key", "belong"}, Case{"old.crt", "old.key", "expired"}, Case{"none.crt", "good.key", "read"},
          Case{"good.crt", "none.key", "read"}, Case{"garbage.crt", "good.key", "certificate"},
          Case{"empty.crt", "good.key", "certificate"}, Case{"good.crt", "good.crt", "key"}}) {
        const auto ended = serve(folder_ / "data", {"--tls-cert", file(one.certificate), "--tls-key", file(one.key)});
        QVERIFY2(ended.code == 78, (std::string(one.certificate) + " " + one.key + ": " + ended.text).c_str());
        QVERIFY2(ended.text.find(one.says) != std::string::npos, ended.text.c_str());
        QVERIFY2(ended.text.find("ready ") == std::string::npos, ended.text.c_str());
        QVERIFY(livingIn(folder_.path()).empty());
    }
}

void ServerTlsTest::reloadedByHangUp() {
    fs::copy_file(file("good.crt"), file("live.crt"));
    fs::copy_file(file("good.key"), file("live.key"));
    const auto account = db::accountFor({});
    for (const auto* name : {"live.crt", "live.key"})
        if (account.drops) QCOMPARE(chown(file(name).c_str(), account.uid, account.gid), 0);
    ServerProcess server({"--tls-cert", file("live.crt"), "--tls-key", file("live.key")});
    QVERIFY(server.base().starts_with("https://"));
    const auto first = serial(server.base());
    QVERIFY(!first.empty());
    // What does not fit changes nothing.
    fs::copy_file(file("other.crt"), file("live.crt"), fs::copy_options::overwrite_existing);
    kill(server.pid(), SIGHUP);
    QTRY_VERIFY_WITH_TIMEOUT(server.log().find("certificates were not changed") != std::string::npos, 3'000);
    QCOMPARE(serial(server.base()), first);
    fs::copy_file(file("other.key"), file("live.key"), fs::copy_options::overwrite_existing);
    kill(server.pid(), SIGHUP);
    QTRY_VERIFY_WITH_TIMEOUT(serial(server.base()) != first, 3'000);
    QVERIFY(!serial(server.base()).empty());
    QCOMPARE(http("GET", server.operators() + "/health/live").status, 200);
    QCOMPARE(server.terminate(), 0);
}

POLYCLINIC_TEST(ServerTlsTest)
#include "server_tls_test.moc"
