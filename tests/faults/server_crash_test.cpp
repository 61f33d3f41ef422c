// Sudden and planned ends of the whole server under load: what was acknowledged is there, transactions are whole.

#include <QTest>
#include <random>
#include <set>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class ServerCrashTest : public QObject {
    Q_OBJECT
  private slots:
    void killedUnderWriters();
    void killedInABigTransaction();
    void toldToStop();
    void toldToStopWhileClientsHold();

  private:
    std::mt19937 random_{std::random_device()()};
};

/// R01.
void ServerCrashTest::killedUnderWriters() {
    ServerProcess server;
    const auto clinic = makeClinic(server, "t-a", false);
    constexpr int inBundle = 10;
    long acknowledged = 0;
    for (int round = 0; round < rounds(5); ++round) {
        std::atomic<bool> ending{false};
        std::vector<std::set<std::string>> known(4);
        std::vector<int> bundles(4, 0);
        std::vector<std::jthread> writers;
        for (int w = 0; w < 4; ++w)
            writers.emplace_back([&, w] {
                for (int n = 0; !ending; ++n) {
                    const auto id = "r" + std::to_string(round) + "w" + std::to_string(w) + "n" + std::to_string(n);
                    try {
                        if (w == 0) {
                            bundles[0] = n + 1;
                            if (post(clinic, "", transactionOf(id, inBundle)).status == 200)
                                for (int i = 0; i < inBundle; ++i) known[0].insert(id + "-" + std::to_string(i));
                        } else if (put(clinic, patient(id, "w")).status == 201) {
                            known[std::size_t(w)].insert(id);
                        }
                    } catch (const std::runtime_error&) {
                        return;  // the server is gone
                    }
                }
            });
        QTest::qWait(150 + int(random_() % 350));
        server.kill9();
        ending = true;
        writers.clear();
        const auto start = Steady::now();
        server.restart();
        QVERIFY(secondsSince(start) < 10);
        for (const auto& mine : known)
            for (const auto& id : mine) {
                ++acknowledged;
                const auto answer = get(clinic, "Patient/" + id);
                QVERIFY2(answer.status == 200, (id + ": " + answer.told()).c_str());
            }
        for (int n = 0; n < bundles[0]; ++n) {
            const auto family = "r" + std::to_string(round) + "w0n" + std::to_string(n);
            const int there = countOf(clinic, "Patient?family:exact=" + family);
            QVERIFY2(there == 0 || there == inBundle, (family + ": " + std::to_string(there)).c_str());
        }
    }
    qInfo("%ld acknowledged resources, none lost", acknowledged);
    QVERIFY(acknowledged > 50);
}

/// R39.
void ServerCrashTest::killedInABigTransaction() {
    ServerProcess server;
    const auto clinic = makeClinic(server, "t-a", false);
    constexpr int entries = 500;
    const auto start = Steady::now();
    QCOMPARE(post(clinic, "", transactionOf("whole", entries)).status, 200);
    const int usual = int(secondsSince(start) * 1'000'000);
    int done = 0, undone = 0;
    for (int round = 0; round < rounds(5); ++round) {
        const auto name = "k" + std::to_string(round);
        std::atomic<int> status{0};
        std::jthread writer([&] {
            try {
                status = post(clinic, "", transactionOf(name, entries)).status;
            } catch (const std::runtime_error&) {
            }
        });
        std::this_thread::sleep_for(std::chrono::microseconds(int(random_() % unsigned(usual * 3 / 2))));
        server.kill9();
        writer.join();
        server.restart();
        const int there = countOf(clinic, "Patient?family:exact=" + name);
        QVERIFY2(there == 0 || there == entries, std::to_string(there).c_str());
        if (status == 200) QCOMPARE(there, entries);
        ++(there ? done : undone);
    }
    qInfo("%d whole, %d not at all", done, undone);
}

/// R05: what is under way is answered, PostgreSQL is shut down and has nothing to recover.
void ServerCrashTest::toldToStop() {
    ServerProcess server;
    const auto clinic = makeClinic(server, "t-a", false);
    std::atomic<int> sent{0}, answered{0}, cut{0}, stored{0};
    std::atomic<bool> ending{false};
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w)
        writers.emplace_back([&, w] {
            for (int n = 0; !ending; ++n) {
                ++sent;
                try {
                    const auto answer = post(clinic, "", transactionOf("s" + std::to_string(w) + "-" + std::to_string(n), 200));
                    ++answered;
                    if (answer.status == 200) ++stored;
                    if (answer.status != 200 && answer.status != 503) ++cut;
                } catch (const std::runtime_error&) {
                    return;
                }
            }
        });
    QTest::qWait(500);
    const auto start = Steady::now();
    QCOMPARE(server.terminate(), 0);
    ending = true;
    writers.clear();
    QVERIFY2(secondsSince(start) < 10, "10 s at most");
    QCOMPARE(cut.load(), 0);
    QVERIFY(livingIn(server.dataDirectory()).empty());
    const auto log = server.dataDirectory() / "postgres/postgres.log";
    const auto before = contentsOf(log).size();
    server.restart();
    const auto since = contentsOf(log).substr(before);
    QVERIFY2(since.find("was shut down") != std::string::npos && since.find("recovery") == std::string::npos, since.c_str());
    QVERIFY(countOf(clinic, "Patient") >= stored * 200);
}

/// Idle connections, half a request, and one whose answer nobody reads.
void ServerCrashTest::toldToStopWhileClientsHold() {
    ServerProcess server;
    const auto clinic = makeClinic(server, "t-a", false);
    QCOMPARE(post(clinic, "", transactionOf("many", 500)).status, 200);
    RawSocket idle(server.base()), half(server.base()), deaf(server.base());
    const auto head = " HTTP/1.1\r\nHost: " + authorityOf(server.base()) + "\r\nAuthorization: Bearer " + clinic.token + "\r\n";
    QVERIFY(half.send("POST " + pathOf(clinic.fhir) + "/Patient" + head +
                      "Content-Type: application/fhir+json\r\nContent-Length: 100\r\n\r\n{"));
    for (int i = 0; i < 50; ++i) deaf.send("GET " + pathOf(clinic.fhir) + "/Patient?_count=500" + head + "\r\n");
    QTest::qWait(300);
    const auto start = Steady::now();
    QCOMPARE(server.terminate(), 0);
    QVERIFY2(secondsSince(start) < 10, std::to_string(secondsSince(start)).c_str());
    QVERIFY(livingIn(server.dataDirectory()).empty());
}

POLYCLINIC_TEST(ServerCrashTest)
#include "server_crash_test.moc"
