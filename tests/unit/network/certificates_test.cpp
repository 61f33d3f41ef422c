// The clinic's own authority: what it signs, what it cannot, and when a certificate is due.

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <set>

#include "network/certificates.h"
#include "network/fingerprint_words.h"
#include "network/firewall.h"
#include "network/settings.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::network;
using namespace std::chrono_literals;

class CertificatesTest : public QObject {
    Q_OBJECT
  private slots:
    void signsForTheLocalNetworkOnly();
    void isDueInTime();
    void sixWordsAreAlwaysTheSame();
    void firewallsAreSeen();
    void keptSettingsComeBack();

  private:
    const Timestamp now_{1'790'000'000'000'000};  // 2026-09-21
};

void CertificatesTest::signsForTheLocalNetworkOnly() {
    const auto authority = makeAuthority("front-desk", {"192.0.2.7", "2001:db8::7"}, Clock::system().now());
    for (const auto* host : {"localhost", "front-desk", "front-desk.local", "10.1.2.3", "172.31.0.1", "192.168.1.20", "100.100.0.1",
                             "127.0.0.1", "192.0.2.7", "2001:db8::7", "fd00::1"})
        QVERIFY2(maySign(authority, host), host);
    for (const auto* host :
         {"bank.example", "localhost.example", "front-desk.example", "192.0.2.8", "172.32.0.1", "8.8.8.8", "2001:db8::8", "notlocal"})
        QVERIFY2(!maySign(authority, host), host);
    const auto leaf = makeLeaf(authority, {"192.168.1.20", "front-desk.local"}, now_);
    QVERIFY(isFor(leaf, "192.168.1.20") && isFor(leaf, "front-desk.local"));
    QVERIFY(!isFor(leaf, "192.168.1.21") && !isFor(leaf, "front-desk"));
    const auto details = detailsOf(leaf);
    QVERIFY(details && !details->selfSigned && !details->known);
    QCOMPARE(details->issuer, std::string("Polyclinic of front-desk"));
    QCOMPARE(details->names, (std::vector<std::string>{"192.168.1.20", "front-desk.local"}));
    QVERIFY((details->expires - details->begins) <= 397 * 24h && (details->expires - details->begins) > 396 * 24h);
    QVERIFY(detailsOf(authority.certificate)->selfSigned);
    QVERIFY(!detailsOf("no certificate"));
}

void CertificatesTest::isDueInTime() {
    const auto authority = makeAuthority("", {}, now_), other = makeAuthority("", {}, now_);
    const std::vector<std::string> hosts{"192.168.1.20", "localhost"};
    const auto leaf = makeLeaf(authority, hosts, now_);
    QVERIFY(!isDue(leaf, authority, hosts, now_));
    QVERIFY(!isDue(leaf, authority, hosts, now_ + 366 * 24h));
    QVERIFY(isDue(leaf, authority, hosts, now_ + 368 * 24h));
    QVERIFY(isDue(leaf, authority, {"192.168.1.21"}, now_));
    QVERIFY(isDue(leaf, other, hosts, now_));
    QVERIFY(isDue("", authority, hosts, now_));
    QVERIFY(isDue(leaf.substr(0, leaf.find("-----BEGIN PRIVATE")), authority, hosts, now_));
}

void CertificatesTest::sixWordsAreAlwaysTheSame() {
    QCOMPARE(sixWords(std::string("\x00\x01\x02\xfd\xfe\xff", 6)).size(), std::size_t(6));
    QCOMPARE(sixWords(std::string(32, '\0')), (std::vector<std::string>(6, "acorn")));
    std::set<std::string> all;
    for (int i = 0; i < 256; ++i) all.insert(sixWords(std::string(6, char(i))).front());
    QCOMPARE(all.size(), std::size_t(256));
}

void CertificatesTest::firewallsAreSeen() {
    QTemporaryDir folder;
    const std::filesystem::path root = folder.path().toStdString();
    QCOMPARE(firewallFor(8443, root).name, std::string());
    std::filesystem::create_directories(root / "etc/systemd/system/sysinit.target.wants");
    std::filesystem::create_symlink("/lib/systemd/system/nftables.service",
                                    root / "etc/systemd/system/sysinit.target.wants/nftables.service");
    QCOMPARE(firewallFor(8443, root).name, std::string("nftables"));
    std::filesystem::create_directories(root / "etc/ufw");
    std::ofstream(root / "etc/ufw/ufw.conf") << "# /etc/ufw/ufw.conf\nENABLED=no\n";
    QCOMPARE(firewallFor(8443, root).name, std::string("nftables"));
    std::ofstream(root / "etc/ufw/ufw.conf") << "ENABLED=yes\n";
    QCOMPARE(firewallFor(8443, root).remedy, std::string("sudo ufw allow 8443/tcp"));
}

void CertificatesTest::keptSettingsComeBack() {
    const nlohmann::json wish{{"reach", "internet"},
                              {"publicUrl", "https://clinic.example"},
                              {"listen", "[::]:443"},
                              {"certificate", {{"mode", "proxy"}}},
                              {"trustedProxies", {"10.0.0.0/8", "::1"}},
                              {"riskAccepted", {{"name", "Dr. Maria Silva"}, {"words", "Only our tablets."}}}};
    const auto settings = changed({}, wish, now_);
    const auto back = fromStorage(toStorage(settings));
    QVERIFY(back);
    QCOMPARE(toJson(*back).dump(), toJson(settings).dump());
    QCOMPARE(back->risk->at.micros / 1000, now_.micros / 1000);
    QVERIFY(!fromStorage("{}"));
    QVERIFY(!fromStorage("{\"reach\": \"netw"));
    QCOMPARE(hostOf("https://[2001:db8::7]:8443/x"), std::string("2001:db8::7"));
    QCOMPARE(hostOf("https://Clinic.Example:8443"), std::string("clinic.example"));
}

POLYCLINIC_TEST(CertificatesTest)
#include "certificates_test.moc"
