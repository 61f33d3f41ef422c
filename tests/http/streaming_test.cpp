// Answers that are made while they are sent: framed as the version allows, a window at a time, cut where they fail.

#include <QTest>
#include <thread>
#include <utility>

#include "fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class StreamingTest : public QObject {
    Q_OBJECT
  private slots:
    void knownLength();
    void unknownLengthIsChunked();
    void oldClientsGetItUntilTheEnd();
    void headHasNoBody();
    void failingBeforeTheFirstPieceIsAnAnswer();
    void failingLaterEndsTheConnection();
    void aSlowReaderHoldsAWindow();
    void aReaderThatStopsIsCut();
    void othersHaveTheirTurn();
};

namespace {

constexpr std::size_t piece = 64 << 10;

}  // namespace

void StreamingTest::knownLength() {
    TestServer server;
    Client client(server.port);
    const auto answer = client.ask(get("/stream?5"));
    QCOMPARE(answer.header("Content-Length"), std::to_string(5 * piece));
    QCOMPARE(answer.body.size(), 5 * piece);
    for (std::size_t i = 0; i < answer.body.size(); ++i) QVERIFY(answer.body[i] == char('a' + i / piece));
    QCOMPARE(client.ask(get("/fixed")).status, 200);
    QCOMPARE(client.ask(get("/stream?0")).header("Content-Length"), std::string("0"));
    QCOMPARE(client.ask(get("/fixed")).status, 200);
}

void StreamingTest::unknownLengthIsChunked() {
    TestServer server;
    Client client(server.port);
    client.send(get("/stream/unknown?2", "Connection: close\r\n"));
    const auto answer = client.answer(true);
    QCOMPARE(answer.header("Transfer-Encoding"), std::string("chunked"));
    QCOMPARE(answer.header("Content-Length"), std::string());
    const std::string expected = "10000\r\n" + std::string(piece, 'a') + "\r\n10000\r\n" + std::string(piece, 'b') + "\r\n0\r\n\r\n";
    QVERIFY(client.takeRest() == expected);
}

void StreamingTest::oldClientsGetItUntilTheEnd() {
    TestServer server;
    Client client(server.port);
    client.send("GET /stream/unknown?2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto answer = client.answer(true);
    QCOMPARE(answer.header("Connection"), std::string("close"));
    QCOMPARE(answer.header("Transfer-Encoding"), std::string());
    QVERIFY(client.takeRest() == std::string(piece, 'a') + std::string(piece, 'b'));
}

void StreamingTest::headHasNoBody() {
    TestServer server;
    Client client(server.port);
    client.send("HEAD /stream?5 HTTP/1.1\r\nHost: h\r\n\r\n");
    QCOMPARE(client.answer(true).header("Content-Length"), std::to_string(5 * piece));
    QCOMPARE(client.ask(get("/fixed")).status, 200);
    QCOMPARE(server.application.pieces.load(), 0);
}

void StreamingTest::failingBeforeTheFirstPieceIsAnAnswer() {
    TestServer server;
    Client client(server.port);
    QCOMPARE(client.ask(get("/stream/never?5")).status, 500);
    QCOMPARE(client.ask(get("/fixed")).status, 200);
}

void StreamingTest::failingLaterEndsTheConnection() {
    TestServer server;
    Client client(server.port);
    const auto answer = client.ask(get("/stream/broken?5"));
    QCOMPARE(answer.header("Content-Length"), std::to_string(5 * piece));
    QVERIFY(answer.body.size() <= 3 * piece);
    Client other(server.port);
    QCOMPARE(other.ask(get("/fixed")).status, 200);
}

/// 64 MB for one who reads nothing: no more is made than the sockets take.
void StreamingTest::aSlowReaderHoldsAWindow() {
    TestServer server;
    Client client(server.port);
    client.send(get("/stream?1024"));
    QVERIFY(client.readable(5s));
    int made = 0;
    QVERIFY(eventually([&] {
        const int before = std::exchange(made, server.application.pieces.load());
        std::this_thread::sleep_for(200ms);
        return before == made && before == server.application.pieces.load();
    }));
    QVERIFY2(made < 256, std::to_string(made).c_str());
    QCOMPARE(client.answer().body.size(), 1024 * piece);
}

void StreamingTest::aReaderThatStopsIsCut() {
    http::Limits limits;
    limits.slowWindow = 300ms;
    TestServer server(limits);
    Client client(server.port);
    client.send(get("/stream?1024"));
    QVERIFY(eventually([&] { return server.server->counters().connectionsOpen == 0 && server.application.pieces > 0; }));
    QVERIFY(client.takeRest().size() < 1024 * piece);
}

void StreamingTest::othersHaveTheirTurn() {
    TestServer server({}, 1);
    std::atomic<bool> done{false};
    Client greedy(server.port), other(server.port);
    greedy.send(get("/stream?4096"));
    std::thread reading([&] {
        if (greedy.answer().body.size() == 4096 * piece) done = true;
    });
    int between = 0;
    while (!done && between < 20) between += other.ask(get("/fixed")).status == 200;
    reading.join();
    QVERIFY(done);
    QVERIFY(between >= 2);
}

POLYCLINIC_TEST(StreamingTest)
#include "streaming_test.moc"
