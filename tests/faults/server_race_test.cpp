// Many at once: on one resource, on one criterion, and on a pool that is too small for them.

#include <QTest>
#include <algorithm>
#include <mutex>
#include <set>

#include "server_support.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;

class ServerRaceTest : public QObject {
    Q_OBJECT
  private slots:
    void initTestCase();
    void updatesOfOneVersion();
    void updatesWithoutAVersion();
    void conditionalCreates();
    void transactionsOnASmallPool();
    void moreClientsThanThePoolTakes();
    void oneHoldsAllConnections();
    void cleanupTestCase() { server_.reset(); }

  private:
    std::unique_ptr<ServerProcess> server_;
    Clinic clinic_;
};

void ServerRaceTest::initTestCase() {
    server_ = std::make_unique<ServerProcess>(std::vector<std::string>{"--threads", "2", "--quick-connections", "1", "--heavy-connections",
                                                                       "1", "--connection-queue", "20", "--connection-wait-ms", "1500",
                                                                       "--statement-timeout-ms", "2000"});
    clinic_ = makeClinic(*server_, "t-a", false);
}

/// R36.
void ServerRaceTest::updatesOfOneVersion() {
    const auto first = put(clinic_, patient("one"));
    QCOMPARE(first.status, 201);
    std::atomic<int> stored{0}, failed{0}, busy{0}, other{0};
    atOnce(50, [&](int i) {
        for (;;) {
            const int status = put(clinic_, patient("one", "f" + std::to_string(i)), {{"If-Match", first.header("etag")}}).status;
            if (status == 503) {  // the queue was full: nothing happened, so it is tried again
                ++busy;
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                continue;
            }
            ++(status == 200 ? stored : status == 412 ? failed : other);
            return;
        }
    });
    QCOMPARE(other.load(), 0);
    QCOMPARE(stored.load(), 1);
    QCOMPARE(failed.load(), 49);
    QCOMPARE(get(clinic_, "Patient/one").json.at("meta").at("versionId").get<std::string>(), std::string("2"));
}

/// R37.
void ServerRaceTest::updatesWithoutAVersion() {
    QCOMPARE(put(clinic_, patient("two")).status, 201);
    std::mutex mutex;
    std::multiset<int> versions;
    std::atomic<int> other{0};
    const auto start = Steady::now();
    atOnce(50, [&](int i) {
        for (;;) {
            const auto answer = put(clinic_, patient("two", "f" + std::to_string(i)));
            if (answer.status == 503) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                continue;
            }
            if (answer.status != 200) {
                ++other;
                return;
            }
            std::lock_guard lock(mutex);
            versions.insert(std::stoi(answer.json.at("meta").at("versionId").get<std::string>()));
            return;
        }
    });
    QVERIFY(secondsSince(start) < 5);
    QCOMPARE(other.load(), 0);
    int expected = 2;
    for (const int version : versions) QCOMPARE(version, expected++);
    QCOMPARE(versions.size(), std::size_t(50));
    const auto history = get(clinic_, "Patient/two/_history?_count=100").json;
    QCOMPARE(history.at("entry").size(), std::size_t(51));
    std::string newer = "9999";
    for (const auto& entry : history.at("entry")) {  // newest first, and time never goes back
        const auto at = entry.at("resource").at("meta").at("lastUpdated").get<std::string>();
        QVERIFY2(at < newer, (at + " " + newer).c_str());
        newer = at;
    }
}

/// R38.
void ServerRaceTest::conditionalCreates() {
    auto resource = patient("");
    resource["identifier"] = {{{"system", "urn:numbers"}, {"value", "38"}}};
    std::mutex mutex;
    std::set<std::string> ids;
    std::atomic<int> created{0}, found{0}, other{0};
    const auto start = Steady::now();
    atOnce(64, [&](int) {
        for (;;) {
            const auto answer = post(clinic_, "/Patient", resource, {{"If-None-Exist", "identifier=urn:numbers|38"}});
            if (answer.status == 503) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                continue;
            }
            ++(answer.status == 201 ? created : answer.status == 200 ? found : other);
            auto location = answer.header("location");
            location = location.substr(0, location.find("/_history"));
            std::lock_guard lock(mutex);
            ids.insert(location);
            return;
        }
    });
    QVERIFY(secondsSince(start) < 5);
    QCOMPARE(created.load(), 1);
    QCOMPARE(found.load(), 63);
    QCOMPARE(other.load(), 0);
    QCOMPARE(ids.size(), std::size_t(1));
    QCOMPARE(countOf(clinic_, "Patient?identifier=urn:numbers|38"), 1);
}

/// Transactions that update the same resources in opposite orders, twice as many as any queue holds.
void ServerRaceTest::transactionsOnASmallPool() {
    std::atomic<int> stored{0}, other{0};
    std::string words;
    std::mutex mutex;
    atOnce(64, [&](int i) {
        auto bundle = transactionOf("deadlock", 10);
        auto& entries = bundle["entry"];
        if (i % 2) std::reverse(entries.begin(), entries.end());
        const auto own = transactionOf("own" + std::to_string(i), 5);
        for (const auto& entry : own.at("entry")) entries.push_back(entry);
        for (;;) {
            const auto answer = post(clinic_, "", bundle);
            if (answer.status == 503 || answer.status == 409) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                continue;
            }
            ++(answer.status == 200 ? stored : other);
            std::lock_guard lock(mutex);
            if (answer.status != 200) words = answer.told();
            return;
        }
    });
    QVERIFY2(other == 0, words.c_str());
    QCOMPARE(stored.load(), 64);
    for (int i = 0; i < 64; ++i) QCOMPARE(countOf(clinic_, "Patient?family:exact=own" + std::to_string(i)), 5);
    QCOMPARE(get(clinic_, "Patient/deadlock-0").json.at("meta").at("versionId").get<std::string>(), std::string("64"));
}

/// R30: 200 clients; what cannot wait is told so at once, sign-in and health go on.
void ServerRaceTest::moreClientsThanThePoolTakes() {
    // All of the pool's connections wait for a lock that the test holds.
    pqxx::connection holder(bootstrapOf(server_->dataDirectory()));
    pqxx::work work(holder);
    work.exec("LOCK TABLE resource IN ACCESS EXCLUSIVE MODE");
    std::atomic<int> unavailable{0}, other{0}, withoutRetry{0}, running{200}, strange{0};
    std::atomic<double> longest{0};
    std::mutex mutex;
    std::string words;
    std::jthread clients([&] {
        atOnce(200, [&](int) {
            const auto start = Steady::now();
            try {
                const auto answer = get(clinic_, "Patient/one");
                ++(answer.status == 503 ? unavailable : other);
                if (answer.status != 503) strange = answer.status;
                if (answer.status == 503 && answer.header("retry-after").empty()) ++withoutRetry;
            } catch (const std::runtime_error& error) {
                ++other;
                std::lock_guard lock(mutex);
                words = error.what();
            }
            const double took = secondsSince(start);
            for (double was = longest; took > was && !longest.compare_exchange_weak(was, took);) {
            }
            --running;
        });
    });
    QTest::qWait(200);
    const auto start = Steady::now();
    const bool wasBusy = running > 0;
    const auto live = http("GET", server_->base() + "/health/live"), ready = http("GET", server_->base() + "/health/ready");
    const auto signIn = askToken(clinic_, "system/*.rs");
    const double answered = secondsSince(start);
    clients.join();
    work.abort();
    QVERIFY(wasBusy);
    QCOMPARE(live.status, 200);
    QCOMPARE(ready.status, 200);
    QVERIFY2(signIn.status == 200, signIn.told().c_str());
    QVERIFY2(answered < 2, std::to_string(answered).c_str());
    QVERIFY2(other == 0,
             (std::to_string(other) + " others, of status " + std::to_string(strange) + " " + words + ", " + std::to_string(longest) + " s")
                 .c_str());
    QCOMPARE(unavailable.load(), 200);
    QCOMPARE(withoutRetry.load(), 0);
    QVERIFY2(longest < 7, std::to_string(longest).c_str());
    QCOMPARE(get(clinic_, "Patient/one").status, 200);
}

/// A statement that takes too long is stopped; the connection serves the next one.
void ServerRaceTest::oneHoldsAllConnections() {
    for (int i = 0; i < 2; ++i) {
        pqxx::connection holder(bootstrapOf(server_->dataDirectory()));
        pqxx::work work(holder);
        work.exec("LOCK TABLE resource IN ACCESS EXCLUSIVE MODE");
        const auto start = Steady::now();
        const auto answer = post(clinic_, "", transactionOf("late", 2));
        QCOMPARE(answer.status, 503);
        QVERIFY(secondsSince(start) < 7);
        work.abort();
        QCOMPARE(post(clinic_, "", transactionOf("early" + std::to_string(i), 2)).status, 200);
    }
    QCOMPARE(countOf(clinic_, "Patient?family:exact=late"), 0);
}

POLYCLINIC_TEST(ServerRaceTest)
#include "server_race_test.moc"
