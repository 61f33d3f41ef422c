#include <QTest>

#include "accounts/throttle.h"
#include "identity_fixture.h"
#include "test_case.h"

using namespace polyclinic;
using namespace polyclinic::test;
using accounts::Throttle;
using namespace std::chrono_literals;

class ThrottleTest : public QObject {
    Q_OBJECT
  private slots:
    void tenTriesThenAWait();
    void theOwnerElsewhereGetsIn();
    void oneAddressManyAccounts();
    void manyAddressesOneAccount();
    void knownAddressesAreNotLockedOut();
    void successForgets();
    void attemptsUnderWayCount();
    void rightOnesAreNeverAsked();
    void aProofTakesNobodyElsesFailuresBack();
    void neighboursInOneIpv6NetworkAreOne();
    void aClockSetBackHoldsNobodyForEver();
    void memoryIsBounded();
};

void ThrottleTest::tenTriesThenAWait() {
    ManualClock clock;
    Throttle throttle(clock);
    for (int i = 0; i < 10; ++i) QVERIFY(!throttle.attempt("maria", "192.0.2.1"));
    QCOMPARE(throttle.attempt("maria", "192.0.2.1").value(), 900);
    clock.forward(899s);
    QCOMPARE(throttle.attempt("maria", "192.0.2.1").value(), 1);
    clock.forward(1s);
    QVERIFY(!throttle.attempt("maria", "192.0.2.1"));
}

void ThrottleTest::theOwnerElsewhereGetsIn() {
    ManualClock clock;
    Throttle throttle(clock);
    for (int i = 0; i < 20; ++i) throttle.attempt("maria", "192.0.2.1");
    QVERIFY(throttle.attempt("maria", "192.0.2.1"));
    QVERIFY(!throttle.attempt("maria", "198.51.100.9"));
    QVERIFY(!throttle.attempt("john", "192.0.2.1"));
}

void ThrottleTest::oneAddressManyAccounts() {
    ManualClock clock;
    Throttle throttle(clock);
    int through = 0;
    for (int i = 0; i < 1000; ++i)
        if (!throttle.attempt("user" + std::to_string(i), "192.0.2.1")) ++through;
    QCOMPARE(through, 100);
}

void ThrottleTest::manyAddressesOneAccount() {
    ManualClock clock;
    Throttle throttle(clock);
    int through = 0;
    for (int i = 0; i < 1000; ++i)
        if (!throttle.attempt("maria", "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250))) ++through;
    QCOMPARE(through, 100);
}

void ThrottleTest::knownAddressesAreNotLockedOut() {
    ManualClock clock;
    Throttle throttle(clock);
    QVERIFY(!throttle.attempt("maria", "192.0.2.1"));
    throttle.succeeded("maria", "192.0.2.1");
    for (int i = 0; i < 200; ++i) throttle.attempt("maria", "10.0.0." + std::to_string(i));
    QVERIFY(throttle.attempt("maria", "10.0.1.1"));
    QVERIFY(!throttle.attempt("maria", "192.0.2.1"));
}

void ThrottleTest::successForgets() {
    ManualClock clock;
    Throttle throttle(clock);
    for (int round = 0; round < 50; ++round) {
        for (int i = 0; i < 9; ++i) {
            QVERIFY(!throttle.attempt("maria", "192.0.2.1"));
            throttle.withdrawn("maria", "192.0.2.1");
        }
        QVERIFY(!throttle.attempt("maria", "192.0.2.1"));
        throttle.succeeded("maria", "192.0.2.1");
    }
}

void ThrottleTest::attemptsUnderWayCount() {
    ManualClock clock;
    Throttle throttle(clock);
    int through = 0;
    for (int i = 0; i < 200; ++i)
        if (!throttle.attempt("maria", "192.0.2.1")) ++through;  // none has ended yet
    QCOMPARE(through, 10);
}

void ThrottleTest::rightOnesAreNeverAsked() {
    ManualClock clock;
    Throttle throttle(clock);
    for (int i = 0; i < 10; ++i) QVERIFY(!throttle.failed("lab", "192.0.2.1"));
    for (int i = 0; i < 1000; ++i) QCOMPARE(throttle.failed("lab", "192.0.2.1").value(), 900);  // not counted: the wait does not grow
    QVERIFY(!throttle.failed("lab", "198.51.100.9"));
    throttle.proved("lab", "192.0.2.1");
    QVERIFY(!throttle.failed("lab", "192.0.2.1"));
    clock.forward(900s);
    QVERIFY(!throttle.failed("lab", "192.0.2.1"));
}

void ThrottleTest::aProofTakesNobodyElsesFailuresBack() {
    ManualClock clock;
    Throttle throttle(clock);
    int through = 0;
    for (int i = 0; i < 1000; ++i) {
        throttle.proved("own", "192.0.2.1");
        if (!throttle.failed("lab" + std::to_string(i), "192.0.2.1")) ++through;
    }
    QCOMPARE(through, 100);
    for (int i = 0; i < 9; ++i) throttle.failed("mine", "192.0.2.2");
    throttle.proved("mine", "192.0.2.2");
    for (int i = 0; i < 9; ++i) throttle.failed("mine", "192.0.2.2");
    QVERIFY(!throttle.failed("mine", "192.0.2.2"));
}

void ThrottleTest::neighboursInOneIpv6NetworkAreOne() {
    ManualClock clock;
    Throttle throttle(clock);
    for (int i = 0; i < 10; ++i) QVERIFY(!throttle.attempt("maria", "2001:db8:1:2::" + std::to_string(i)));
    QVERIFY(throttle.attempt("maria", "2001:db8:1:2:ffff::1"));
    QVERIFY(!throttle.attempt("maria", "2001:db8:1:3::1"));
}

void ThrottleTest::aClockSetBackHoldsNobodyForEver() {
    ManualClock clock;
    Throttle throttle(clock);
    for (int i = 0; i < 11; ++i) throttle.attempt("maria", "192.0.2.1");
    clock.forward(-24h);
    QVERIFY(!throttle.attempt("maria", "192.0.2.1"));
}

void ThrottleTest::memoryIsBounded() {
    ManualClock clock;
    Throttle throttle(clock, {{10, 900s}, {1'000'000, 900s}, {100, 3600s}, 3000});
    for (int i = 0; i < 50'000; ++i) throttle.attempt("user" + std::to_string(i), "192.0.2.1");
    QVERIFY(throttle.size() <= 3000);
}

POLYCLINIC_TEST(ThrottleTest)
#include "throttle_test.moc"
