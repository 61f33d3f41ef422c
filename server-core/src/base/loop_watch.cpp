#include "base/loop_watch.h"

#include <atomic>
#include <ctime>

#include "base/log.h"

namespace polyclinic {
namespace {

/// The CPU's clock costs a system call: it is asked this often, and so counts what a few short continuations before a
/// long one took.
constexpr std::chrono::milliseconds between{2};

std::atomic<std::uint64_t> slowContinuations{0};
std::atomic<std::int64_t> longestContinuation{0};  // microseconds

std::chrono::nanoseconds cpuOfThread() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

LoopWatch::LoopWatch() : looked_(Clock::now()), spent_(cpuOfThread()) {}

void LoopWatch::lap() {
    const auto now = Clock::now();
    if (now - looked_ < between) return;
    const auto cpu = cpuOfThread();
    const auto spent = cpu - spent_;
    looked_ = now;
    spent_ = cpu;
    if (spent > between) report(std::chrono::duration_cast<std::chrono::microseconds>(spent));
}

void LoopWatch::report(std::chrono::microseconds spent) {
    auto longest = longestContinuation.load(std::memory_order_relaxed);
    while (spent.count() > longest && !longestContinuation.compare_exchange_weak(longest, spent.count(), std::memory_order_relaxed)) {
    }
    if (spent <= limit) return;
    slowContinuations.fetch_add(1, std::memory_order_relaxed);
    if (logMessage_ != Clock::time_point() && looked_ - logMessage_ < std::chrono::seconds(1)) return;
    logMessage_ = looked_;
    log::warn("one continuation held an event loop for {} ms of CPU", spent.count() / 1000);
}

std::uint64_t LoopWatch::slow() { return slowContinuations.load(std::memory_order_relaxed); }
std::chrono::microseconds LoopWatch::longest() { return std::chrono::microseconds(longestContinuation.load(std::memory_order_relaxed)); }

}  // namespace polyclinic
