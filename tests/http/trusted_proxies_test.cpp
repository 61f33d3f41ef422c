// Who asks, when a proxy stands between: its word counts, and not one word of the client's own.

#include "http/trusted_proxies.h"

#include <QTest>

#include "base/failure.h"
#include "fixture.h"
#include "test_case.h"

using namespace polyclinic;

namespace {

const http::TrustedProxies proxies({"10.1.0.0/16", "192.0.2.7", "fd00::/8", "::1"});

std::string client(const std::string& peer, const std::vector<std::string>& values) {
    http::Headers headers;
    for (const auto& value : values) headers.add("x-forwarded-FOR", value);
    return proxies.clientOf(peer, headers);
}

}  // namespace

class TrustedProxiesTest : public QObject {
    Q_OBJECT
  private slots:
    void whoIsOne();
    void whoAsks();
    void wrongSettings();
};

void TrustedProxiesTest::whoIsOne() {
    for (const char* address : {"10.1.0.1", "10.1.255.255", "192.0.2.7", "fdff::1", "::1", "::ffff:10.1.2.3"})
        QVERIFY2(proxies.contains(address), address);
    for (const char* address : {"10.2.0.1", "192.0.2.8", "fe80::1", "::2", "127.0.0.1", "", "10.1.0.1 ", "localhost"})
        QVERIFY2(!proxies.contains(address), address);
    QVERIFY(!http::TrustedProxies({}).contains("127.0.0.1"));
    QVERIFY(http::TrustedProxies({"0.0.0.0/0"}).contains("203.0.113.5"));
}

void TrustedProxiesTest::whoAsks() {
    QCOMPARE(client("10.1.0.1", {}), std::string("10.1.0.1"));
    QCOMPARE(client("10.1.0.1", {"203.0.113.5"}), std::string("203.0.113.5"));
    // The client wrote the first ones; the proxy added the last.
    QCOMPARE(client("10.1.0.1", {"1.2.3.4, 203.0.113.5"}), std::string("203.0.113.5"));
    QCOMPARE(client("10.1.0.1", {"1.2.3.4", "203.0.113.5"}), std::string("203.0.113.5"));
    // Two proxies, one behind the other.
    QCOMPARE(client("10.1.0.1", {"1.2.3.4,203.0.113.5 , 10.1.0.2"}), std::string("203.0.113.5"));
    QCOMPARE(client("10.1.0.1", {"10.1.0.3, 10.1.0.2"}), std::string("10.1.0.3"));
    QCOMPARE(client("10.1.0.1", {"[2001:db8::1]:4711"}), std::string("2001:db8::1"));
    QCOMPARE(client("10.1.0.1", {"203.0.113.5:4711"}), std::string("203.0.113.5"));
    QCOMPARE(client("10.1.0.1", {"2001:DB8:0::1"}), std::string("2001:db8::1"));
    for (const char* nonsense :
         {"unknown", "", ",", "203.0.113.5, _hidden", "203.0.113.5,", "[", "[]", "999.1.1.1", "10.1.0.2/16", "fe80::1%eth0", "fe80::1%99"})
        QCOMPARE(client("10.1.0.1", {nonsense}), std::string("10.1.0.1"));
    QCOMPARE(client("10.1.0.1", {"203.0.113.5, x, 10.1.0.2"}), std::string("10.1.0.2"));
}

void TrustedProxiesTest::wrongSettings() {
    for (const char* wrong : {"", "proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "fd00::/129", "10.0.0.0/8x", "10.0.0"}) {
        bool refused = false;
        try {
            http::TrustedProxies made({wrong});
        } catch (const Failure& failure) {
            refused = failure.kind() == FailureKind::unprocessable;
        }
        QVERIFY2(refused, wrong);
    }
}

POLYCLINIC_TEST(TrustedProxiesTest)
#include "trusted_proxies_test.moc"
