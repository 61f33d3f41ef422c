// Another computer of the network: a real other address.

#include <unistd.h>

#include <QElapsedTimer>
#include <QTest>

#include "network.h"
#include "test_case.h"

using namespace polyclinic::test;

namespace {

/// A network of its own with one other computer on it; it is gone with this.
struct Neighbour {
    std::string name = "pcnet" + std::to_string(::getpid());
    bool there = false;
    Neighbour() {
        there = run("ip netns add " + name + " && ip link add " + name + "a type veth peer name " + name + "b netns " + name +
                    " && ip addr add 10.213.77.1/24 dev " + name + "a && ip link set " + name + "a up && ip netns exec " + name +
                    " sh -c 'ip addr add 10.213.77.2/24 dev " + name + "b && ip link set " + name + "b up && ip link set lo up'") == 0;
    }
    ~Neighbour() {
        run("ip link del " + name + "a");
        run("ip netns del " + name);
    }
    std::string says(const std::string& command) const { return output("ip netns exec " + name + " " + command); }
};

}  // namespace

class NetworkNeighbourTest : public QObject {
    Q_OBJECT
  private slots:
    void reachesWhatIsOpenAndNothingElse();
};

void NetworkNeighbourTest::reachesWhatIsOpenAndNothingElse() {
    const Neighbour neighbour;
    if (!neighbour.there) QSKIP("This kernel or this account may not make network namespaces: nothing was asked from another address.");
    QElapsedTimer time;
    time.start();
    ServerProcess server;
    const auto outside = [&](const std::string& url) {
        return neighbour.says("curl -sk -o /dev/null -w '%{http_code}' --max-time 5 " + url);
    };
    QCOMPARE(operate(server, "PUT", "/admin/api/Tenant/oak",
                     {{"resourceType", "Tenant"}, {"id", "oak"}, {"name", "Oak Street"}, {"status", "active"}, {"isolation", "shared"}})
                 .status,
             201);
    const auto portOf = [](const std::string& url) { return url.substr(url.rfind(':') + 1); };
    const auto loopbackPort = portOf(server.base()), operatorsPort = portOf(server.operators());
    const auto changed = putNetwork(server, {{"reach", "network"}, {"listen", "0.0.0.0:0"}});
    QVERIFY2(changed.status == 200, changed.told().c_str());
    const std::string listen = changed.json["listen"], base = "https://10.213.77.1:" + portOf(listen);
    const auto authority = authorityOf(server);
    const auto page = neighbour.says("curl -s --cacert " + authority + " --max-time 10 -o /dev/null -w '%{http_code} %{redirect_url}' " +
                                     base + "/t/oak");
    QVERIFY2(page.starts_with("303 https://"), page.c_str());
    const auto portal = neighbour.says("curl -s --cacert " + authority + " --max-time 10 " + base + "/tenant/oak/patient/portal/sign-in");
    QVERIFY2(portal.find("Oak Street") != portal.npos, portal.c_str());
    qInfo("from nothing to the portal on another device: %.1f s of machine time", double(time.elapsed()) / 1000);
    QVERIFY(time.elapsed() < 20'000);
    // Neither of the two other doors answers out there, whatever the reach.
    QCOMPARE(outside("http://10.213.77.1:" + loopbackPort + "/health/live"), "000");
    QCOMPARE(outside("http://10.213.77.1:" + operatorsPort + "/health/live"), "000");
    QCOMPARE(outside(base + "/admin/api/Server"), "404");
    QCOMPARE(putNetwork(server, {{"reach", "this-computer"}}).status, 200);
    QCOMPARE(outside(base + "/t/oak"), "000");
}

POLYCLINIC_TEST(NetworkNeighbourTest)
#include "network_neighbour_test.moc"
