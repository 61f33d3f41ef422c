// Deadlines, caps and the end: slow peers, many peers, a busy port, a graceful stop.

#include <QTest>
#include <algorithm>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/failure.h"
#include "fixture.h"
#include "http/connection_table.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using namespace std::chrono_literals;

class LimitsTest : public QObject {
    Q_OBJECT
  private slots:
    void halfAHeadEndsWith408();
    void idleConnectionsAreClosedInSilence();
    void slowBodyIsCut();
    void slowReaderIsCut();
    void steadyReaderIsNot();
    void handlerDeadline();
    void slowlorisDoesNotSlowOthers();
    void twoThousandIdleConnections();
    void oldestIdleMakesRoom();
    void workIsNeverDroppedForRoom();
    void perPeerCap();
    void whoHasMostMakesRoom();
    void oneHouseholdIsOnePeer();
    void noMoreFilesDropsTheOldestIdle();
    void ipv6ListenerSeesIpv4Peers();
    void busyPortNamesItsOwner();
    void badAddresses();
    void oneSocketAListener();
    void stopLetsRunningRequestsFinish();
    void stopCutsAtItsDeadline();
};

void LimitsTest::halfAHeadEndsWith408() {
    http::Limits limits;
    limits.headerTimeout = 200ms;
    TestServer server(limits);
    Client client(server.port);
    const auto start = std::chrono::steady_clock::now();
    client.send("GET /fixed HT");
    for (int i = 0; i < 3; ++i) {  // drops of bytes buy no time
        std::this_thread::sleep_for(50ms);
        client.send("T");
    }
    QCOMPARE(client.answer().status, 408);
    QVERIFY(std::chrono::steady_clock::now() - start < 20s);
    QVERIFY(client.closed());
    QCOMPARE(server.application.handled.load(), 0);
}

void LimitsTest::idleConnectionsAreClosedInSilence() {
    http::Limits limits;
    limits.idleTimeout = 200ms;
    TestServer server(limits);
    Client fresh(server.port), used(server.port);
    QCOMPARE(used.ask(get("/fixed")).status, 200);
    QVERIFY(fresh.closed(1s));
    QVERIFY(used.closed(1s));
}

void LimitsTest::slowBodyIsCut() {
    http::Limits limits;
    limits.slowWindow = 300ms;
    limits.slowestBytesPerSecond = 200;
    TestServer server(limits);
    Client slow(server.port), steady(server.port);
    const std::string head = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n";
    slow.send(head);
    steady.send(head);
    for (int i = 0; i < 20; ++i) {  // about 1,250 bytes a second, and 25
        std::this_thread::sleep_for(40ms);
        slow.send("x");
        steady.send(std::string(50, 'x'));
    }
    QCOMPARE(steady.answer().body.size(), std::size_t(1000));
    QCOMPARE(slow.answer().status, 408);
    QVERIFY(slow.closed());
}

void LimitsTest::slowReaderIsCut() {
    http::Limits limits;
    limits.slowWindow = 300ms;
    TestServer server(limits);
    Client client(server.port);
    client.send(get("/big?50000000"));
    QVERIFY(client.readable(5s));
    QVERIFY(eventually([&] { return server.server->counters().connectionsOpen == 0; }));
    QVERIFY(client.answer().body.size() < 50'000'000);
}

void LimitsTest::steadyReaderIsNot() {
    http::Limits limits;
    limits.slowWindow = 200ms;
    limits.slowestBytesPerSecond = 1024 * 1024;
    TestServer server(limits);
    Client client(server.port);
    client.send(get("/big?20000000"));
    std::size_t total = 0;
    std::vector<char> buffer(400'000);
    for (std::size_t got = 1; total < 20'000'000 && got > 0;) {  // about 10 MB/s, for two seconds
        std::this_thread::sleep_for(40ms);
        for (std::size_t part = 0; part < buffer.size() && total < 20'000'000; part += got) {
            got = client.readSome(buffer.data(), buffer.size() - part);
            if (got == 0) break;
            total += got;
        }
    }
    QVERIFY(total >= 20'000'000);
    QCOMPARE(client.connected(), true);
}

void LimitsTest::handlerDeadline() {
    http::Limits limits;
    limits.requestTimeout = 200ms;
    TestServer server(limits);
    Client client(server.port);
    const auto answer = client.ask(get("/wait"));
    QCOMPARE(answer.status, 503);
    QVERIFY(client.closed());
    QVERIFY(eventually([&] { return server.application.gone == 1; }));  // the handler was told
    QVERIFY(eventually([&] { return server.server->counters().requestsUnderWay == 0; }));
    Client late(server.port);  // a handler that ends after its deadline disturbs nobody
    QCOMPARE(late.ask(get("/sleep?600")).status, 503);
    std::this_thread::sleep_for(600ms);
    QCOMPARE(Client(server.port).ask(get("/fixed")).status, 200);
}

void LimitsTest::slowlorisDoesNotSlowOthers() {
    http::Limits limits;
    limits.headerTimeout = 1500ms;
    TestServer server(limits);
    std::vector<Client> slow;
    for (int i = 0; i < 500; ++i) slow.emplace_back(server.port).send("GET /fixed HTTP/1.1\r\nHost: h\r\nX: ");
    std::vector<double> times;
    Client good(server.port);
    const auto end = std::chrono::steady_clock::now() + 1s;
    while (std::chrono::steady_clock::now() < end) {
        for (auto& client : slow) client.send("y");
        const auto start = std::chrono::steady_clock::now();
        QCOMPARE(good.ask(get("/fixed")).status, 200);
        times.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    const double p99 = times[times.size() * 99 / 100];
    qInfo("p99 of %zu requests beside 500 slow heads: %.2f ms", times.size(), p99 * 1000);
    QVERIFY(p99 < 20.0);
    int cut = 0;
    for (auto& client : slow) cut += client.answer().status == 408;
    QCOMPARE(cut, 500);
}

void LimitsTest::twoThousandIdleConnections() {
    TestServer server;
    std::vector<Client> idle;
    for (int i = 0; i < 2000; ++i) {
        Client& client = idle.emplace_back(server.port);
        QVERIFY(client.connected());
        if (i % 4 == 0) QCOMPARE(client.ask(get("/fixed")).status, 200);
    }
    QVERIFY(eventually([&] { return server.server->counters().connectionsOpen == 2000; }));
    const auto start = std::chrono::steady_clock::now();
    QCOMPARE(Client(server.port).ask(get("/fixed")).status,
             200);  // above the cap of a peer: the oldest idle went
    QVERIFY(std::chrono::steady_clock::now() - start < 20s);
    int closed = 0;
    for (auto& client : idle) closed += client.readable(0ms);
    QCOMPARE(closed, 1);
}

void LimitsTest::oldestIdleMakesRoom() {
    http::Limits limits;
    limits.connections = 3;
    TestServer server(limits);
    std::vector<Client> clients;
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(clients.emplace_back(server.port).ask(get("/fixed")).status, 200);
        std::this_thread::sleep_for(20ms);
    }
    for (int i = 0; i < 4; ++i) QCOMPARE(Client(server.port).ask(get("/fixed")).status, 200);
    QVERIFY(clients[0].closed(1s) || clients[1].closed(1s));
}

void LimitsTest::workIsNeverDroppedForRoom() {
    http::Limits limits;
    limits.connections = 2;
    TestServer server(limits);
    Client one(server.port), two(server.port);
    one.send(get("/sleep?600"));
    two.send(get("/sleep?600"));
    QVERIFY(eventually([&] { return server.application.handled == 2; }));
    Client third(server.port);
    third.send(get("/fixed"));
    QVERIFY(third.closed(1s));
    QCOMPARE(one.answer().body, std::string("slept"));
    QCOMPARE(two.answer().body, std::string("slept"));
}

void LimitsTest::perPeerCap() {
    http::Limits limits;
    limits.connectionsPerPeer = 5;
    TestServer server(limits);
    Client working(server.port);
    working.send(get("/sleep?500"));
    QVERIFY(eventually([&] { return server.application.handled == 1; }));
    std::vector<Client> clients;
    for (int i = 0; i < 20; ++i) clients.emplace_back(server.port);
    QVERIFY(eventually([&] { return server.server->counters().connectionsAccepted == 21; }));
    static_cast<void>(eventually([&] { return server.server->counters().connectionsOpen == 5; }));
    QCOMPARE(server.server->counters().connectionsOpen.load(), 5u);
    QCOMPARE(working.answer().body, std::string("slept"));
}

void LimitsTest::whoHasMostMakesRoom() {
    http::Limits limits;
    limits.connections = 12;
    TestServer server(limits);
    Client patient(server.port, nullptr, "127.0.0.1", "127.0.0.2");  // idle longest of all
    QCOMPARE(patient.ask(get("/fixed")).status, 200);
    std::vector<Client> crowd;
    for (int i = 0; i < 60; ++i) crowd.emplace_back(server.port);
    QVERIFY(eventually([&] { return server.server->counters().connectionsAccepted == 61; }));
    QVERIFY(eventually([&] { return server.server->counters().connectionsOpen == 12; }));
    QCOMPARE(patient.ask(get("/fixed")).status, 200);
    QCOMPARE(Client(server.port, nullptr, "127.0.0.1", "127.0.0.3").ask(get("/fixed")).status, 200);
    QCOMPARE(patient.ask(get("/fixed")).status, 200);
}

void LimitsTest::oneHouseholdIsOnePeer() {
    TestApplication application;
    http::Limits limits;
    limits.connectionsPerPeer = 2;
    http::Shared shared(application, limits);
    for (const auto* address : {"2001:db8::1", "2001:db8::2", "2001:db8::ffff:3"}) shared.enter(http::Accepted{.peer = address}.network);
    const std::string neighbour = http::Accepted{.peer = "2001:db8:0:1::1"}.network;
    shared.enter(neighbour);
    QVERIFY(shared.excessOf(http::Accepted{.peer = "2001:db8::4"}.network));
    QVERIFY(!shared.excessOf(neighbour));
    QCOMPARE(shared.largest(), http::networkOf("2001:db8::1"));
}

void LimitsTest::noMoreFilesDropsTheOldestIdle() {
    TestServer server;
    QCOMPARE(Client(server.port).ask(get("/fixed")).status, 200);
    QVERIFY(eventually([&] { return server.server->counters().connectionsOpen == 0; }));
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    // Room for ten pairs of client and server, and one client. Descriptors that whoever started us left open are counted.
    rlimit tight = before;
    tight.rlim_cur = 0;
    for (int free = 0; free < 21; ++tight.rlim_cur) free += ::fcntl(static_cast<int>(tight.rlim_cur), F_GETFD) == -1;
    ::setrlimit(RLIMIT_NOFILE, &tight);
    std::vector<Client> clients;
    int good = 0;
    for (int i = 0; i < 10; ++i) good += clients.emplace_back(server.port).ask(get("/fixed")).status == 200;
    const int last = clients.emplace_back(server.port).ask(get("/fixed")).status;
    ::setrlimit(RLIMIT_NOFILE, &before);
    QCOMPARE(good, 10);
    QCOMPARE(last, 200);
    QVERIFY(server.server->counters().connectionsOpen < 11);
}

void LimitsTest::ipv6ListenerSeesIpv4Peers() {
    TestServer server;
    std::uint16_t port = 0;
    try {
        port = server.listen({"::", 0});
    } catch (const Failure& failure) {
        QSKIP(failure.publicMessage().c_str());
    }
    QVERIFY(Client(port).ask(get("/x")).body.find(" peer=127.0.0.1\n") != std::string::npos);
}

void LimitsTest::busyPortNamesItsOwner() {
    const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    QVERIFY(::bind(taken, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && ::listen(taken, 1) == 0);
    socklen_t size = sizeof address;
    ::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size);
    TestServer server;
    http::ListenSettings settings;
    settings.port = ntohs(address.sin_port);
    try {
        server.listen(settings);
        QFAIL("the port was taken");
    } catch (const Failure& failure) {
        QCOMPARE(failure.kind(), FailureKind::conflict);
        QCOMPARE(failure.publicMessage(),
                 "Port " + std::to_string(settings.port) + " is used by test_http (pid " + std::to_string(::getpid()) + ").");
    }
    ::close(taken);
    QCOMPARE(server.listen(settings), settings.port);
    QVERIFY_EXCEPTION_THROWN(server.listen(settings), Failure);  // nor may we share it with ourselves
    QCOMPARE(Client(server.port).ask(get("/fixed")).status, 200);
}

void LimitsTest::badAddresses() {
    TestServer server;
    QVERIFY_EXCEPTION_THROWN(server.listen({"localhost", 0}), Failure);
    QVERIFY_EXCEPTION_THROWN(server.listen({"192.0.2.1", 0}), Failure);
}

void LimitsTest::oneSocketAListener() {
    TestServer server;
    QVERIFY(Client(server.port, nullptr, "127.0.0.1").connected());
    QVERIFY(!Client(server.port, nullptr, "127.0.0.2").connected());
}

void LimitsTest::stopLetsRunningRequestsFinish() {
    TestServer server;
    Client idle(server.port), busy(server.port);
    QCOMPARE(idle.ask(get("/fixed")).status, 200);
    busy.send(get("/sleep?400"));
    QVERIFY(eventually([&] { return server.application.handled == 2; }));
    std::thread stopping([&] { server.server->stop(30s); });
    QVERIFY(idle.closed(20s));
    QVERIFY(eventually([&] { return !Client(server.port).connected(); }));
    const auto answer = busy.answer();
    QCOMPARE(answer.body, std::string("slept"));
    QCOMPARE(answer.header("Connection"), std::string("close"));
    const auto start = std::chrono::steady_clock::now();
    stopping.join();
    QVERIFY(std::chrono::steady_clock::now() - start < 25s);  // at the end of the request, and not at the deadline
    QCOMPARE(server.server->counters().connectionsOpen.load(), std::uint64_t(0));
}

void LimitsTest::stopCutsAtItsDeadline() {
    TestServer server;
    Client waiting(server.port), reading(server.port), half(server.port);
    waiting.send(get("/wait"));
    reading.send(get("/stream?2000"));
    half.send("GET /fix");
    QVERIFY(eventually([&] { return server.application.handled == 2; }));
    const auto start = std::chrono::steady_clock::now();
    server.server->stop(300ms);
    const auto took = std::chrono::steady_clock::now() - start;
    QVERIFY(took >= 300ms && took < 1500ms);
    QCOMPARE(server.server->counters().connectionsOpen.load(), std::uint64_t(0));
    QVERIFY(waiting.closed());
    QVERIFY(eventually([&] { return server.application.gone == 1; }));
}

POLYCLINIC_TEST(LimitsTest)
#include "limits_test.moc"
