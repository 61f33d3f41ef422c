// A continuation that holds its loop is noticed by what it computes, not by how long it took on the clock.

#include <QTest>
#include <ctime>
#include <functional>
#include <future>
#include <thread>
#include <vector>

#include "base/loop.h"
#include "base/loop_watch.h"
#include "test_case.h"

using namespace polyclinic;
using namespace std::chrono_literals;

class LoopWatchTest : public QObject {
    Q_OBJECT
  private slots:
    void longWorkIsCounted();
    void shortWorkAndWaitingAreNot();
};

namespace {

void burn(std::chrono::milliseconds wanted) {
    const auto cpu = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
    };
    for (const auto until = cpu() + wanted; cpu() < until;) {
    }
}

/// Runs each piece of work as one continuation of a loop, one after the other.
void runEach(std::vector<std::function<void()>> all) {
    Loop loop;
    std::thread thread([&] { loop.run(); });
    for (auto& work : all) {
        std::promise<void> done;
        loop.post([&] {
            work();
            loop.post([&] { done.set_value(); });
        });
        done.get_future().wait();
    }
    loop.stop();
    thread.join();
}

}  // namespace

void LoopWatchTest::longWorkIsCounted() {
    const auto before = LoopWatch::slow();
    runEach({[] { burn(LoopWatch::limit + 30ms); }, [] { burn(1ms); }, [] { burn(LoopWatch::limit + 10ms); }});
    QCOMPARE(LoopWatch::slow() - before, std::uint64_t(2));
    QVERIFY(LoopWatch::longest() >= LoopWatch::limit + 30ms);
}

void LoopWatchTest::shortWorkAndWaitingAreNot() {
    const auto before = LoopWatch::slow();
    std::vector<std::function<void()>> all(20, [] { burn(LoopWatch::limit / 5); });
    all.push_back([] { std::this_thread::sleep_for(LoopWatch::limit * 4); });
    runEach(std::move(all));
    QCOMPARE(LoopWatch::slow(), before);
}

POLYCLINIC_TEST(LoopWatchTest)
#include "loop_watch_test.moc"
