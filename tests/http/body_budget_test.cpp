// Bodies: judged before they are read, bounded all together, and cut where they only trickle.

#include <QTest>

#include "fixture.h"
#include "http/body_budget.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class BodyBudgetTest : public QObject {
    Q_OBJECT
  private slots:
    void networks();
    void onePeerLeavesRoomForOthers();
    void sharesAreGivenBack();
    void judgedBeforeTheBodyComes();
    void anAdmissionThatTakesTimeHoldsBack100Continue();
    void anAdmissionHasATimeOfItsOwn();
    void whatWasFoundReachesTheHandler();
    void aLittleRefusedBodyKeepsTheConnection();
    void bodiesShareOneBudget();
    void chunksCountAsTheyCome();
    void whatHoldsMuchMustComeFaster();
    void answersThatNobodyReadsCountToo();
};

namespace {

std::string post(const std::string& path, std::size_t length, const std::string& extra = {}) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(length) + "\r\n" + extra + "\r\n";
}

}  // namespace

void BodyBudgetTest::networks() {
    QCOMPARE(http::networkOf("192.0.2.7"), std::string("192.0.2.7"));
    QVERIFY(http::networkOf("2001:db8:1:2::1") == http::networkOf("2001:db8:1:2:ffff::9"));
    QVERIFY(http::networkOf("2001:db8:1:2::1") != http::networkOf("2001:db8:1:3::1"));
    QVERIFY(http::networkOf("192.0.2.7") != http::networkOf("192.0.2.8"));
}

void BodyBudgetTest::onePeerLeavesRoomForOthers() {
    const auto budget = std::make_shared<http::BodyBudget>(1 << 20, 512 << 10);
    const auto one = budget->share("2001:db8::1"), same = budget->share("2001:db8::2"), other = budget->share("192.0.2.1");
    QVERIFY(one->growTo(400 << 10));
    QVERIFY(!same->growTo(200 << 10));
    QVERIFY(!same->fits(200 << 10));
    QVERIFY(same->growTo(60 << 10));
    QVERIFY(other->growTo(448 << 10));
    QVERIFY(!budget->share("192.0.2.9")->growTo(128 << 10));  // the budget of all is over
    QCOMPARE(budget->taken(), std::size_t(960) << 10);
}

void BodyBudgetTest::sharesAreGivenBack() {
    const auto budget = std::make_shared<http::BodyBudget>(1 << 20, 1 << 20);
    for (int i = 0; i < 100; ++i) {
        const auto share = budget->share("192.0.2.1");
        QVERIFY(share->growTo(900 << 10));
        QVERIFY(!share->growTo(2 << 20));
    }
    QCOMPARE(budget->taken(), std::size_t(0));
}

void BodyBudgetTest::judgedBeforeTheBodyComes() {
    TestServer server;
    Client client(server.port);
    const auto answer = client.ask(post("/large", 50 << 20, "X-Refuse: 1\r\n"));  // and not a byte of the body
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.header("Connection"), std::string("close"));
    QCOMPARE(server.application.handled.load(), 0);
}

void BodyBudgetTest::anAdmissionThatTakesTimeHoldsBack100Continue() {
    TestServer server;
    Client client(server.port);
    client.send(post("/echo", 5, "Expect: 100-continue\r\nX-Slow: 400\r\n"));
    QVERIFY(!client.readable(100ms));
    QCOMPARE(client.answer(true).status, 100);
    QCOMPARE(client.ask("hello").body, std::string("hello"));
    // What comes at once is not lost meanwhile.
    QCOMPARE(client.ask(post("/echo", 5, "X-Slow: 100\r\n") + "again").body, std::string("again"));
    QCOMPARE(client.ask(get("/fixed")).status, 200);
}

void BodyBudgetTest::anAdmissionHasATimeOfItsOwn() {
    http::Limits limits;
    limits.requestTimeout = 200ms;
    TestServer server(limits);
    Client client(server.port);
    QCOMPARE(client.ask(post("/echo", 5, "X-Slow: 1500\r\n") + "hello").status, 503);
    QVERIFY(client.closed());
    std::this_thread::sleep_for(1500ms);  // one that ends after that disturbs nobody
    QCOMPARE(Client(server.port).ask(get("/fixed")).status, 200);
    QCOMPARE(server.application.handled.load(), 1);
}

void BodyBudgetTest::whatWasFoundReachesTheHandler() {
    TestServer server;
    Client client(server.port);
    QCOMPARE(client.ask(post("/found", 5) + "hello").body, std::string("found of /found"));
    QCOMPARE(client.ask(get("/found")).body, std::string("none"));
    QCOMPARE(server.application.admitted.load(), 1);  // nothing is judged twice, nor where nothing is to be read
}

void BodyBudgetTest::aLittleRefusedBodyKeepsTheConnection() {
    TestServer server;
    Client client(server.port);
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.ask(post("/echo", 5, "X-Refuse: 1\r\n") + "hello");
        QCOMPARE(answer.status, 401);
        QCOMPARE(answer.header("Connection"), std::string("keep-alive"));
    }
    client.send(post("/echo", 5, "X-Refuse: 1\r\n"));
    QCOMPARE(client.answer().status, 401);
    QCOMPARE(client.ask("hello" + get("/fixed")).status, 200);
}

void BodyBudgetTest::bodiesShareOneBudget() {
    http::Limits limits;
    limits.bodyBytes = limits.bodyBytesPerPeer = 1 << 20;
    TestServer server(limits);
    Client first(server.port);
    first.send(post("/large", 900'000) + std::string(800'000, 'x'));
    QVERIFY(eventually([&] { return server.server->counters().bytesIn > 800'000; }));
    Client second(server.port);
    const auto refused = second.ask(post("/large", 500'000, "Expect: 100-continue\r\n"));
    QCOMPARE(refused.status, 503);
    QCOMPARE(refused.header("Connection"), std::string("close"));
    QCOMPARE(Client(server.port).ask(post("/large", 1000) + std::string(1000, 'y')).body, std::string("1000"));
    QCOMPARE(first.ask(std::string(100'000, 'x')).body, std::string("900000"));
    QCOMPARE(Client(server.port).ask(post("/large", 500'000) + std::string(500'000, 'y')).body, std::string("500000"));
}

void BodyBudgetTest::chunksCountAsTheyCome() {
    http::Limits limits;
    limits.bodyBytes = limits.bodyBytesPerPeer = 1 << 20;
    TestServer server(limits);
    Client client(server.port);
    client.send("POST /large HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    for (int i = 0; i < 17; ++i) client.send(chunk);
    QCOMPARE(client.answer().status, 503);
    client.halfClose();
    QVERIFY(client.closed());
    QCOMPARE(Client(server.port).ask(post("/large", 900'000) + std::string(900'000, 'y')).body, std::string("900000"));
}

/// 20 kB/s is much for a short body, and too little where 2 MB are held meanwhile.
void BodyBudgetTest::whatHoldsMuchMustComeFaster() {
    http::Limits limits;
    limits.slowWindow = 300ms;
    limits.wholeBody = 10s;
    TestServer server(limits);
    Client big(server.port), small(server.port);
    big.send(post("/large", 3'000'000) + std::string(2'000'000, 'x'));
    small.send(post("/large", 2'000'000) + std::string(1000, 'x'));
    for (int i = 0; i < 25 && !big.readable(0ms); ++i) {
        std::this_thread::sleep_for(50ms);
        big.send(std::string(1000, 'x'));
        small.send(std::string(1000, 'x'));
    }
    QCOMPARE(big.answer().status, 408);
    QVERIFY(!small.readable(0ms));
}

void BodyBudgetTest::answersThatNobodyReadsCountToo() {
    http::Limits limits;
    limits.bodyBytes = limits.bodyBytesPerPeer = 30 << 20;
    TestServer server(limits);
    std::vector<Client> slow;
    int refused = 0;
    for (int i = 0; i < 5; ++i) {
        auto& client = slow.emplace_back(server.port);
        client.send(get("/big?12000000"));
        QVERIFY(client.readable(5s));
        if (i >= 2) refused += client.answer().status == 503;
    }
    QCOMPARE(refused, 3);
    QCOMPARE(Client(server.port).ask(get("/fixed")).status, 200);
    QCOMPARE(slow[0].answer().body.size(), std::size_t(12'000'000));
    QCOMPARE(slow[1].answer().body.size(), std::size_t(12'000'000));
    QVERIFY(eventually([&] { return Client(server.port).ask(get("/big?12000000")).body.size() == 12'000'000; }));
}

POLYCLINIC_TEST(BodyBudgetTest)
#include "body_budget_test.moc"
