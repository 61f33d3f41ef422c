// Failed tries make the next one wait, a little at first; nobody is locked out.
#include <QTest>

#include "accounts/tries.h"
#include "accounts/try_networks.h"
#include "identity_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using accounts::networksOf;
using accounts::Tries;
using accounts::TryCounter;
using accounts::TryLimit;
using namespace std::chrono_literals;

class TriesTest : public QObject {
    Q_OBJECT
  private slots:
    void aWaitThatGrowsAndEnds();
    void whoAsksWhileWaitingWaitsNoLonger();
    void allIsForgottenEvenly();
    void attemptsUnderWayCount();
    void rightOnesLeaveNothing();
    void theLongestOfTheWaitsCounts();
    void aClockSetBackHoldsNobodyForEver();
    void othersCountsAreTaken();
    void memoryIsBounded();
    void networks();
};

namespace {

constexpr TryLimit patience{10, 10s, 2, 60s, 15min};

std::vector<TryCounter> counterOf(const std::string& key) { return {{key, patience}}; }

/// The wait, or -1 for a try that went through and failed.
int failOnce(Tries& tries, const std::string& key) {
    const auto counters = counterOf(key);
    if (const auto wait = tries.begin(counters)) return *wait;
    tries.failed(counters);
    return -1;
}

}  // namespace

void TriesTest::aWaitThatGrowsAndEnds() {
    ManualClock clock;
    Tries tries(clock);
    for (int i = 0; i < 10; ++i) QCOMPARE(failOnce(tries, "a"), -1);
    for (const int wait : {10, 20, 40, 60, 60}) {
        QCOMPARE(failOnce(tries, "a"), wait);
        clock.forward(std::chrono::seconds(wait) - 1s);
        QCOMPARE(failOnce(tries, "a"), 1);
        clock.forward(1s);
        QCOMPARE(failOnce(tries, "a"), -1);
    }
    QCOMPARE(failOnce(tries, "b"), -1);
}

void TriesTest::whoAsksWhileWaitingWaitsNoLonger() {
    ManualClock clock;
    Tries tries(clock);
    for (int i = 0; i < 10; ++i) failOnce(tries, "a");
    for (int i = 0; i < 1000; ++i) QCOMPARE(failOnce(tries, "a"), 10);
    clock.forward(10s);
    QCOMPARE(failOnce(tries, "a"), -1);
}

void TriesTest::allIsForgottenEvenly() {
    ManualClock clock;
    Tries tries(clock);
    for (int i = 0; i < 10; ++i) failOnce(tries, "a");
    QVERIFY(tries.slows("a"));
    clock.forward(90s);  // one of ten
    QVERIFY(!tries.slows("a"));
    QCOMPARE(failOnce(tries, "a"), -1);
    QCOMPARE(failOnce(tries, "a"), 10);
    clock.forward(15min);
    for (int i = 0; i < 10; ++i) QCOMPARE(failOnce(tries, "a"), -1);
    QCOMPARE(failOnce(tries, "a"), 10);
}

void TriesTest::attemptsUnderWayCount() {
    ManualClock clock;
    Tries tries(clock);
    const auto counters = counterOf("a");
    int through = 0;
    for (int i = 0; i < 200; ++i)
        if (!tries.begin(counters)) ++through;  // none has ended yet
    QCOMPARE(through, 10);
    for (int i = 0; i < 10; ++i) tries.withdrawn(counters);
    QVERIFY(!tries.begin(counters));
}

void TriesTest::rightOnesLeaveNothing() {
    ManualClock clock;
    Tries tries(clock);
    const auto counters = counterOf("a");
    for (int i = 0; i < 1000; ++i) {
        QVERIFY(!tries.begin(counters));
        tries.withdrawn(counters);
    }
    for (int i = 0; i < 10; ++i) failOnce(tries, "a");
    tries.forget("a");
    QCOMPARE(failOnce(tries, "a"), -1);
    for (int i = 0; i < 20; ++i) failOnce(tries, "ab"), failOnce(tries, "ac"), failOnce(tries, "b");
    tries.forgetAll("a");
    QVERIFY(!tries.slows("a"));
    QVERIFY(tries.slows("b"));
}

void TriesTest::theLongestOfTheWaitsCounts() {
    ManualClock clock;
    Tries tries(clock);
    const std::vector<TryCounter> both{{"a", {3, 10s, 2, 60s, 15min}}, {"n", {2, 30s, 2, 60s, 15min}}};
    for (int i = 0; i < 2; ++i) {
        QVERIFY(!tries.begin(both));
        tries.failed(both);
    }
    QCOMPARE(tries.begin(both).value(), 30);
    QCOMPARE(tries.wait(both).value(), 30);
}

void TriesTest::aClockSetBackHoldsNobodyForEver() {
    ManualClock clock;
    Tries tries(clock);
    for (int i = 0; i < 10; ++i) failOnce(tries, "a");
    clock.forward(-24h);
    QCOMPARE(failOnce(tries, "a"), 10);
    clock.forward(24h + 15min);
    QCOMPARE(failOnce(tries, "a"), -1);
}

void TriesTest::othersCountsAreTaken() {
    ManualClock clock;
    Tries tries(clock);
    for (int i = 0; i < 3; ++i) failOnce(tries, "a");
    const auto counters = counterOf("a");
    const std::vector<accounts::CountedTries> fewer{{"a", 2, clock.now()}},
        more{{"a", 11, clock.now()}, {"not asked for", 99, clock.now()}};
    tries.learn(counters, fewer);
    QCOMPARE(failOnce(tries, "a"), -1);
    tries.learn(counters, more);
    QCOMPARE(failOnce(tries, "a"), 20);
    QVERIFY(!tries.slows("not"));
}

void TriesTest::memoryIsBounded() {
    ManualClock clock;
    Tries tries(clock, 3000);
    for (int i = 0; i < 50'000; ++i) failOnce(tries, "a" + std::to_string(i));
    QVERIFY(tries.size() <= 3000);
}

void TriesTest::networks() {
    const auto names = [](std::string_view address) {
        std::vector<std::string> all;
        for (const auto& network : networksOf(address)) all.push_back(network.name);
        return all;
    };
    const auto v4 = names("192.0.2.1"), neighbour = names("192.0.2.9"), far = names("192.0.3.1");
    QCOMPARE(v4.size(), std::size_t(2));
    QVERIFY(v4[0] != neighbour[0] && v4[1] == neighbour[1] && v4[1] != far[1]);
    QCOMPARE(names("::ffff:192.0.2.1"), v4);
    const auto v6 = names("2001:db8:1:1201::1");
    QCOMPARE(v6.size(), std::size_t(3));
    QCOMPARE(names("2001:db8:1:1201:ffff::9"), v6);
    const auto next = names("2001:db8:1:1202::1"), other = names("2001:db8:1:ff00::1"), foreign = names("2001:db8:2:1201::1");
    QVERIFY(next[0] != v6[0] && next[1] == v6[1] && next[2] == v6[2]);
    QVERIFY(other[1] != v6[1] && other[2] == v6[2]);
    QVERIFY(foreign[2] != v6[2]);
    QCOMPARE(names("").size(), std::size_t(1));
}

POLYCLINIC_TEST(TriesTest)
#include "tries_test.moc"
