#include <QTest>
#include <future>
#include <thread>

#include "base/clock.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/fair_workers.h"
#include "base/key_vault.h"
#include "base/loop.h"
#include "base/random.h"
#include "test_case.h"

using namespace polyclinic;

class BaseTest : public QObject {
    Q_OBJECT
  private slots:
    void base64UrlHasNoPadding();
    void base64RefusesWhiteSpaceAndBadLength();
    void formsKeepOrderAndRepetition();
    void formsRefuseNulAndBadUtf8();
    void instantsRoundTrip();
    void httpDates();
    void indexHashNeverChanges();
    void vaultOpensOnlyWhatItSealed();
    void workersAnswerOnTheLoop();
    void workersTakeTurns();
    void blockingCallsRethrow();
};

void BaseTest::base64UrlHasNoPadding() {
    QCOMPARE(base64UrlEncode("\xfb\xff"), std::string("-_8"));
    QCOMPARE(base64UrlDecode("-_8").value(), std::string("\xfb\xff"));
    QVERIFY(!base64UrlDecode("-_8="));
    QVERIFY(!base64UrlDecode("+/8"));
}

void BaseTest::base64RefusesWhiteSpaceAndBadLength() {
    QCOMPARE(base64Decode("TWFu").value(), std::string("Man"));
    QCOMPARE(base64Decode("TWE=").value(), std::string("Ma"));
    QVERIFY(!base64Decode("TWF"));
    QVERIFY(!base64Decode("TW n"));
    QVERIFY(!base64Decode("%%%="));
    // Bytes have one spelling: padding stands at the end, and unused bits are zero.
    for (const char* text : {"=AAA", "A=AA", "AA=A", "====", "AB==", "AAB="}) QVERIFY2(!base64Decode(text), text);
    for (const char* text : {"AB", "AAB", "A"}) QVERIFY2(!base64UrlDecode(text), text);
}

void BaseTest::formsKeepOrderAndRepetition() {
    const FormFields expected{{"a", "1 2"}, {"b", ""}, {"a", "\xc3\xa9"}};
    QVERIFY(parseForm("a=1+2&b&a=%C3%A9").value() == expected);
}

void BaseTest::formsRefuseNulAndBadUtf8() {
    QVERIFY(!parseForm("a=%00"));
    QVERIFY(!parseForm("a=%ff"));
    QVERIFY(!parseForm("a=%4"));
}

void BaseTest::instantsRoundTrip() {
    QCOMPARE(toInstant({1777799520123456}), std::string("2026-05-03T09:12:00.123Z"));
    QCOMPARE(fromInstant("2026-05-03T09:12:00.123Z")->micros, std::int64_t(1777799520123000));
    QVERIFY(!fromInstant("2026-02-30T09:12:00.123Z"));
}

void BaseTest::httpDates() { QCOMPARE(toHttpDate({784111777000000}), std::string("Sun, 06 Nov 1994 08:49:37 GMT")); }

void BaseTest::vaultOpensOnlyWhatItSealed() {
    const KeyVault vault(std::string(32, 'k')), other(std::string(32, 'o'));
    const auto sealed = vault.seal("signing-key", "7/patient", "a private key");
    QVERIFY(sealed.find("private") == std::string::npos);
    QCOMPARE(vault.open("signing-key", "7/patient", sealed), std::optional<std::string>("a private key"));
    QVERIFY(!vault.open("signing-key", "8/patient", sealed));
    QVERIFY(!vault.open("backup", "7/patient", sealed));
    QVERIFY(!other.open("signing-key", "7/patient", sealed));
    auto changed = sealed;
    changed.back() ^= 1;
    QVERIFY(!vault.open("signing-key", "7/patient", changed));
    QVERIFY(!vault.open("signing-key", "7/patient", "short"));
    QVERIFY(vault.mac("a", "text") != vault.mac("b", "text"));
    QVERIFY_EXCEPTION_THROWN(KeyVault("short"), std::invalid_argument);
}

void BaseTest::indexHashNeverChanges() {
    // XXH3_64bits with seed 0 of the empty text and of "abc", as xxHash's own xxhsum -H3 prints them.
    QCOMPARE(std::uint64_t(indexHash("")), std::uint64_t(0x2d06800538d394c2));
    QCOMPARE(std::uint64_t(indexHash("abc")), std::uint64_t(0x78af5f94892f3950));
}

namespace {

Task<int> onWorker(WorkerPool& pool, Loop* expected) {
    const int answer = co_await pool.run([] { return Loop::currentOrNull() == nullptr ? 42 : 0; });
    co_return Loop::currentOrNull() == expected ? answer : -1;
}

Task<int> failing() {
    throw std::runtime_error("as told");
    co_return 0;
}

}  // namespace

void BaseTest::workersAnswerOnTheLoop() {
    Loop loop;
    std::thread thread([&] { loop.run(); });
    WorkerPool pool(1, 10);
    QCOMPARE(runBlocking(loop, onWorker(pool, &loop)), 42);
    loop.stop();
    thread.join();
}

void BaseTest::workersTakeTurns() {
    Loop loop;
    std::thread thread([&] { loop.run(); });
    std::string order;
    int refused = 0;
    {
        FairWorkers pool(1, 12);
        std::promise<void> begun, gate;
        const auto opened = gate.get_future().share();
        const auto wait = [&begun, &opened] {
            begun.set_value();
            opened.wait();
        };
        const auto push = [&](WorkOwner owner, char name) {
            loop.post([&pool, &order, &refused, owner, name] {
                spawn([](FairWorkers& workers, std::string& done, int& full, WorkOwner whose, char letter) -> Task<void> {
                    try {
                        co_await workers.run([&done, letter] { done += letter; }, whose);
                    } catch (const Failure&) {
                        ++full;
                    }
                }(pool, order, refused, owner, name));
            });
        };
        loop.post(
            [&pool, &wait] { spawn([](FairWorkers& workers, auto work) -> Task<void> { co_await workers.run(work, {}); }(pool, wait)); });
        begun.get_future().wait();
        for (int i = 0; i < 13; ++i) push({1, 1}, 'a');  // the last one finds no room
        push({2, 1}, 'b');                               // another tenant does
        push({1, 2}, 'c');                               // and so does another client
        push({2, 1}, 'b');
        std::promise<void> pushed;
        loop.post([&pushed] { pushed.set_value(); });
        pushed.get_future().wait();
        gate.set_value();
        runBlocking(loop, [](FairWorkers& workers) -> Task<void> { co_await workers.run([] {}, {3, 1}); }(pool));
        for (bool done = false; !done;) {
            std::promise<std::size_t> count;
            loop.post([&] { count.set_value(order.size()); });
            done = count.get_future().get() == 15;
        }
    }
    QCOMPARE(refused, 1);
    QCOMPARE(order, std::string("abcbaaaaaaaaaaa"));
    loop.stop();
    thread.join();
}

void BaseTest::blockingCallsRethrow() {
    Loop loop;
    std::thread thread([&] { loop.run(); });
    QVERIFY_EXCEPTION_THROWN(runBlocking(loop, failing()), std::runtime_error);
    loop.stop();
    thread.join();
}

POLYCLINIC_TEST(BaseTest)
#include "base_test.moc"
