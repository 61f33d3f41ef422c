// In which order those who wait are served.

#include <QTest>

#include "db/connection.h"
#include "db/fair_queue.h"
#include "test_case.h"

using namespace polyclinic;
using db::FairQueue;
using db::Segment;

class FairQueueTest : public QObject {
    Q_OBJECT
  private slots:
    void tenantsTakeTurns();
    void clientsOfATenantTakeTurns();
    void whatCostsMoreWaitsForMoreTurns();
    void nobodySavesWhileItDoesNotWait();
    void whoMayNotGoIsPassedOver();
    void theOldestAreTakenOut();
    void oneIsTakenOut();
};

namespace {

using Time = FairQueue::Clock::time_point;

/// What waits is known by a letter: its only statement.
class Letters {
  public:
    void push(char letter, std::int32_t tenant, std::uint64_t client = 0, std::size_t cost = 1, Time since = {}) {
        auto segment = std::make_shared<Segment>();
        segment->statements.push_back({std::string(1, letter), {}});
        last = segment;
        queue.push({tenant, client}, cost, since, std::move(segment));
    }
    char pop(const FairQueue::MayGo& mayGo = [](std::int32_t) { return true; }) {
        const auto segment = queue.pop(mayGo);
        return segment ? segment->statements[0].sql[0] : '-';
    }
    std::string popAll() {
        std::string all;
        while (!queue.empty()) all += pop();
        return all;
    }

    FairQueue queue;
    std::shared_ptr<Segment> last;
};

}  // namespace

void FairQueueTest::tenantsTakeTurns() {
    Letters letters;
    for (const char letter : {'a', 'b', 'c', 'd'}) letters.push(letter, 1);
    letters.push('X', 2);
    letters.push('Y', 2);
    letters.push('1', 3);
    QCOMPARE(letters.queue.sizeOf(1), std::size_t(4));
    QCOMPARE(letters.popAll(), std::string("aX1bYcd"));
    QCOMPARE(letters.pop(), '-');
    QCOMPARE(letters.queue.sizeOf(1), std::size_t(0));
}

void FairQueueTest::clientsOfATenantTakeTurns() {
    Letters letters;
    for (const char letter : {'a', 'b', 'c'}) letters.push(letter, 1, 10);
    letters.push('m', 1, 11);
    letters.push('X', 2, 10);
    QCOMPARE(letters.popAll(), std::string("aXmbc"));
}

void FairQueueTest::whatCostsMoreWaitsForMoreTurns() {
    Letters letters;
    letters.push('A', 1, 0, 3);
    letters.push('B', 1, 0, 3);
    for (char letter = 'a'; letter < 'i'; ++letter) letters.push(letter, 2);
    // Three turns of the other one for each, and none is kept waiting for ever.
    QCOMPARE(letters.popAll(), std::string("abAcdeBfgh"));
    letters.push('C', 1, 0, 1'000);
    QCOMPARE(letters.pop(), 'C');
}

void FairQueueTest::nobodySavesWhileItDoesNotWait() {
    Letters letters;
    letters.push('a', 1);
    for (int i = 0; i < 20; ++i) letters.push('x', 2);
    for (int i = 0; i < 10; ++i) letters.pop();  // tenant 1 had its turn at once
    for (const char letter : {'b', 'c', 'd'}) letters.push(letter, 1);
    std::string next;
    for (int i = 0; i < 6; ++i) next += letters.pop();
    QCOMPARE(next, std::string("xbxcxd"));
}

void FairQueueTest::whoMayNotGoIsPassedOver() {
    Letters letters;
    letters.push('a', 1);
    letters.push('b', 1);
    letters.push('X', 2);
    const auto second = [](std::int32_t tenant) { return tenant == 2; };
    QCOMPARE(letters.pop(second), 'X');
    QCOMPARE(letters.pop(second), '-');
    QCOMPARE(letters.queue.size(), std::size_t(2));
    QCOMPARE(letters.popAll(), std::string("ab"));
}

void FairQueueTest::theOldestAreTakenOut() {
    Letters letters;
    const Time start{};
    using std::chrono::seconds;
    letters.push('a', 1, 1, 1, start + seconds(5));
    letters.push('b', 1, 2, 1, start + seconds(1));
    letters.push('c', 2, 1, 1, start + seconds(2));
    QVERIFY(letters.queue.oldest() == start + seconds(1));
    QCOMPARE(letters.queue.removeOlderThan(start + seconds(2)).size(), std::size_t(2));
    QVERIFY(letters.queue.oldest() == start + seconds(5));
    QCOMPARE(letters.popAll(), std::string("a"));
    QVERIFY(letters.queue.oldest() == Time::max());
}

void FairQueueTest::oneIsTakenOut() {
    Letters letters;
    letters.push('a', 1);
    const auto first = letters.last;
    letters.push('b', 1);
    QVERIFY(letters.queue.remove(first));
    QVERIFY(!letters.queue.remove(first));
    QCOMPARE(letters.popAll(), std::string("b"));
}

POLYCLINIC_TEST(FairQueueTest)
#include "fair_queue_test.moc"
