// Watches that no continuation keeps an event loop's thread for long: everybody else on that loop waits meanwhile.

#pragma once

#include <chrono>
#include <cstdint>

namespace polyclinic {

/// One thread's watch. What counts is the thread's CPU time, not the clock's: a busy machine is no fault of the program.
class LoopWatch {
  public:
#if defined(__SANITIZE_ADDRESS__)
    static constexpr std::chrono::milliseconds limit{250};
#else
    static constexpr std::chrono::milliseconds limit{50};
#endif

    LoopWatch();
    /// After each continuation. One that took more than `limit` is counted and, at most once a second, logged.
    void lap();

    /// Of all loops since start: how many took too long, and what the longest one took. Any thread.
    static std::uint64_t slow();
    static std::chrono::microseconds longest();

  private:
    using Clock = std::chrono::steady_clock;
    void report(std::chrono::microseconds spent);

    Clock::time_point looked_, logMessage_;
    std::chrono::nanoseconds spent_;  // of the thread, at looked_
};

}  // namespace polyclinic
