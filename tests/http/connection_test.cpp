// What a connection does between its first byte and its end.

#include <QTest>
#include <set>

#include "fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class ConnectionTest : public QObject {
    Q_OBJECT
  private slots:
    void answersCarryTheListenersHeaders();
    void pipelinedRequestsAreAnsweredInOrder();
    void aPipelineOfAThousand();
    void headHasTheLengthAndNoBody();
    void noContentHasNoLength();
    void methodsThatNobodyServes();
    void keepAliveAsTheVersionSays();
    void continueOnlyAfterAdmission();
    void tooLargeWithExpect();
    void refusalClosesWhenABodyWaits();
    void bodyLimits();
    void bigAnswersAndBigBodies();
    void rangesAreIgnored();
    void overrideHeaderIsIgnored();
    void responseHeadersCannotBreakOut();
    void exceptionsTellNothing();
    void peersThatLeaveAreNoticed_data();
    void peersThatLeaveAreNoticed();
    void earlyDataIsNoFarewell();
    void farewellAfterEarlyData();
    void halfClosedPeersGetTheirAnswer();
    void idsDiffer();
};

void ConnectionTest::answersCarryTheListenersHeaders() {
    TestServer server;
    Client client(server.port);
    const auto answer = client.ask(get("/fixed"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body, std::string(1511, 'x'));
    QCOMPARE(answer.header("Content-Length"), std::string("1511"));
    QCOMPARE(answer.header("Connection"), std::string("keep-alive"));
    QCOMPARE(answer.header("Server"), std::string("Polyclinic"));
    QCOMPARE(answer.header("Date").size(), std::size_t(29));
    QCOMPARE(answer.header("X-Request-Id").size(), std::size_t(16));
    const auto seen = client.ask(get("/a%20b?c=%20d", "X-One: 1\r\nx-one: 2\r\n")).body;
    QVERIFY(seen.find("GET known path=/a%20b query=c=%20d host=localhost peer=127.0.0.1\n") == 0);
    QVERIFY(seen.find("X-One=1\nx-one=2\n") != std::string::npos);
}

void ConnectionTest::pipelinedRequestsAreAnsweredInOrder() {
    TestServer server;
    Client client(server.port);
    client.send(get("/sleep?100") + "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" + get("/fixed") + get("/nothing") +
                "HEAD /fixed HTTP/1.1\r\nHost: h\r\n\r\n" + get("/echo", "Connection: close\r\n"));
    QCOMPARE(client.answer().body, std::string("slept"));
    QCOMPARE(client.answer().body, std::string("abc"));
    QCOMPARE(client.answer().body.size(), std::size_t(1511));
    QCOMPARE(client.answer().status, 204);
    QCOMPARE(client.answer(true).header("Content-Length"), std::string("1511"));
    QCOMPARE(client.answer().status, 200);
    QVERIFY(client.closed());
}

void ConnectionTest::aPipelineOfAThousand() {
    TestServer server;
    Client client(server.port);
    std::thread sender([&] {
        std::string all;
        for (int i = 0; i < 1000; ++i) all += get("/fixed", "X-Padding: " + std::string(i % 97, 'p') + "\r\n");
        client.send(all);
    });
    int good = 0;
    for (int i = 0; i < 1000; ++i) good += client.answer().status == 200;
    sender.join();
    QCOMPARE(good, 1000);
}

void ConnectionTest::headHasTheLengthAndNoBody() {
    TestServer server;
    Client client(server.port);
    client.send("HEAD /fixed HTTP/1.1\r\nHost: h\r\n\r\n");
    QCOMPARE(client.answer(true).header("Content-Length"), std::string("1511"));
    QVERIFY(!client.readable(50ms));
}

void ConnectionTest::noContentHasNoLength() {
    TestServer server;
    Client client(server.port);
    const auto answer = client.ask(get("/nothing"));
    QCOMPARE(answer.status, 204);
    QVERIFY(answer.header("Content-Length").empty());
}

void ConnectionTest::methodsThatNobodyServes() {
    TestServer server;
    Client client(server.port);
    for (const std::string method : {"TRACE", "CONNECT", "PROPFIND", "get", "FOO"})
        QVERIFY(client.ask(method + " /x HTTP/1.1\r\nHost: h\r\n\r\n").body.starts_with(method + " other "));
    for (const std::string method : {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
        QVERIFY(client.ask(method + " /x HTTP/1.1\r\nHost: h\r\n\r\n").body.starts_with(method + " known "));
}

void ConnectionTest::keepAliveAsTheVersionSays() {
    TestServer server;
    Client old(server.port);
    QCOMPARE(old.ask("GET /fixed HTTP/1.0\r\n\r\n").header("Connection"), std::string("close"));
    QVERIFY(old.closed());
    Client kept(server.port);
    QCOMPARE(kept.ask("GET /fixed HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").header("Connection"), std::string("keep-alive"));
    QCOMPARE(kept.ask(get("/fixed", "Connection: close\r\n")).header("Connection"), std::string("close"));
    QVERIFY(kept.closed());
}

void ConnectionTest::continueOnlyAfterAdmission() {
    TestServer server;
    Client client(server.port);
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    QCOMPARE(client.answer(true).status, 100);
    QCOMPARE(client.ask("hello").body, std::string("hello"));
    QCOMPARE(client.ask(get("/fixed")).status, 200);
}

void ConnectionTest::tooLargeWithExpect() {
    TestServer server;
    Client client(server.port);
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n");
    const auto answer = client.answer();
    QCOMPARE(answer.status, 413);
    QCOMPARE(answer.header("Connection"), std::string("close"));
    QCOMPARE(server.application.handled.load(), 0);
}

void ConnectionTest::refusalClosesWhenABodyWaits() {
    TestServer server;
    Client expecting(server.port);
    const auto answer = expecting.ask("POST /echo HTTP/1.1\r\nHost: h\r\nX-Refuse: 1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.header("Connection"), std::string("close"));
    Client bodiless(server.port);
    QCOMPARE(bodiless.ask(get("/fixed", "X-Refuse: 1\r\n")).status, 401);
    QCOMPARE(bodiless.ask(get("/fixed")).status, 200);
}

void ConnectionTest::bodyLimits() {
    TestServer server;
    const auto post = [](std::size_t size) {
        return "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, 'x');
    };
    Client client(server.port);
    QCOMPARE(client.ask(post(1000)).body.size(), std::size_t(1000));
    QCOMPARE(client.ask(post(1001)).status, 413);
    QVERIFY((client.halfClose(), client.closed()));
    Client chunked(server.port);
    const std::string head = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    QCOMPARE(chunked.ask(head + "3e8\r\n" + std::string(1000, 'x') + "\r\n0\r\n\r\n").body.size(), std::size_t(1000));
    QCOMPARE(chunked.ask(head + "3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\ny\r\n0\r\n\r\n").status, 413);
    QVERIFY((chunked.halfClose(), chunked.closed()));
}

void ConnectionTest::bigAnswersAndBigBodies() {
    TestServer server;
    Client client(server.port);
    QCOMPARE(client.ask(get("/big?20000000")).body, std::string(20'000'000, 'b'));
    const std::string body(20'000'000, 'u');
    QCOMPARE(client.ask("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 20000000\r\n\r\n" + body).body, std::string("20000000"));
}

void ConnectionTest::rangesAreIgnored() {
    TestServer server;
    Client client(server.port);
    std::string ranges = "Range: bytes=0-1";
    for (int i = 0; i < 1000; ++i) ranges += ",0-" + std::to_string(i);
    const auto answer = client.ask(get("/fixed", ranges + "\r\n"));
    QCOMPARE(answer.status, 200);
    QCOMPARE(answer.body.size(), std::size_t(1511));
}

void ConnectionTest::overrideHeaderIsIgnored() {
    TestServer server;
    Client client(server.port);
    QVERIFY(client.ask(get("/x", "X-HTTP-Method-Override: DELETE\r\n")).body.starts_with("GET known "));
}

void ConnectionTest::responseHeadersCannotBreakOut() {
    TestServer server;
    Client client(server.port);
    const auto answer = client.ask(get("/inject"));
    QCOMPARE(answer.header("X-Good"), std::string("1"));
    QVERIFY(answer.head.find("Injected") == std::string::npos);
}

void ConnectionTest::exceptionsTellNothing() {
    TestServer server;
    Client client(server.port);
    const auto answer = client.ask(get("/throw"));
    QCOMPARE(answer.status, 500);
    QVERIFY(answer.body.find("secret-detail") == std::string::npos);
    QCOMPARE(server.server->counters().requestsUnderWay.load(), std::uint64_t(0));
}

void ConnectionTest::peersThatLeaveAreNoticed_data() {
    QTest::addColumn<bool>("reset");
    QTest::newRow("FIN") << false;
    QTest::newRow("RST") << true;
}

void ConnectionTest::peersThatLeaveAreNoticed() {
    QFETCH(bool, reset);
    TestServer server;
    std::vector<Client> clients;
    for (int i = 0; i < 200; ++i) clients.emplace_back(server.port).send(get("/wait"));
    QVERIFY(eventually([&] { return server.application.handled == 200; }));
    QCOMPARE(server.server->counters().requestsUnderWay.load(), std::uint64_t(200));
    const auto start = std::chrono::steady_clock::now();
    if (reset)
        for (auto& client : clients) client.reset();
    clients.clear();
    QVERIFY(eventually([&] { return server.application.gone == 200; }));
    QVERIFY(std::chrono::steady_clock::now() - start < 20s);
    QVERIFY(eventually([&] { return server.server->counters().connectionsOpen == 0; }));
    QCOMPARE(server.server->counters().requestsUnderWay.load(), std::uint64_t(0));
}

void ConnectionTest::earlyDataIsNoFarewell() {
    TestServer server;
    Client client(server.port);
    client.send(get("/sleep?400"));
    QVERIFY(eventually([&] { return server.application.handled == 1; }));
    client.send(get("/fixed"));
    QCOMPARE(client.answer().body, std::string("slept"));
    QCOMPARE(client.answer().body.size(), std::size_t(1511));
    QCOMPARE(server.application.gone.load(), 0);
}

void ConnectionTest::farewellAfterEarlyData() {
    TestServer server;
    {
        Client client(server.port);
        client.send(get("/wait"));
        QVERIFY(eventually([&] { return server.application.handled == 1; }));
        client.send(get("/fixed"));
        std::this_thread::sleep_for(50ms);
        QCOMPARE(server.application.gone.load(), 0);
    }
    const auto start = std::chrono::steady_clock::now();
    QVERIFY(eventually([&] { return server.application.gone == 1; }));
    QVERIFY(std::chrono::steady_clock::now() - start < 20s);
}

void ConnectionTest::halfClosedPeersGetTheirAnswer() {
    TestServer server;
    Client client(server.port);
    client.send(get("/sleep?100"));
    client.halfClose();
    QCOMPARE(client.answer().body, std::string("slept"));
    QVERIFY(client.closed());
}

void ConnectionTest::idsDiffer() {
    TestServer server;
    std::set<std::string> ids;
    for (int i = 0; i < 20; ++i) {
        Client client(server.port);
        for (int j = 0; j < 20; ++j) ids.insert(client.ask(get("/fixed")).header("X-Request-Id"));
    }
    QCOMPARE(ids.size(), std::size_t(400));
}

POLYCLINIC_TEST(ConnectionTest)
#include "connection_test.moc"
