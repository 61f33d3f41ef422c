// Slows down guessing: what failed is counted, and the next try waits for it, a little at first. Nobody is locked out.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace polyclinic::accounts {

struct TryLimit {
    unsigned free;                 // failures that nobody waits for
    std::chrono::seconds first;    // wait after them, from the last failure on
    double growth;                 // of the wait, with each failure more
    std::chrono::seconds longest;  // wait
    std::chrono::seconds memory;   // in which all is forgotten, evenly: failures / memory each second
};

/// What one try counts on: an account, a network, both, a device.
struct TryCounter {
    std::string key;  // begins with its kind, one letter
    TryLimit limit;
};

/// What was counted elsewhere, or before a restart.
struct CountedTries {
    std::string key;
    std::int64_t failures = 0;
    Timestamp last;
};

/// In memory, of this process. Any thread.
class Tries {
  public:
    explicit Tries(const Clock& clock, std::size_t entries = 100'000) : clock_(clock), entries_(entries) {}

    /// Seconds to wait, the longest of the counters'; nothing: none. Begins nothing.
    std::optional<int> wait(std::span<const TryCounter> counters) const;
    /// The same; where there is nothing to wait for, the try is under way: tell what came of it by failed() or withdrawn(). Until then the
    /// try stands for a failure, so that many at once have no more tries than one after another.
    std::optional<int> begin(std::span<const TryCounter> counters);
    void failed(std::span<const TryCounter> counters);
    /// It was right, or nobody could look.
    void withdrawn(std::span<const TryCounter> counters);
    /// Takes in what others counted, where that is more.
    void learn(std::span<const TryCounter> counters, std::span<const CountedTries> counted);
    void forget(std::string_view key);
    /// All whose keys begin so.
    void forgetAll(std::string_view prefix);
    /// Whether tries on one whose key begins so may be made to wait.
    bool slows(std::string_view prefix) const;

    /// How many failures are left of `failures` at `now`.
    static std::int64_t leftOf(std::int64_t failures, Timestamp last, std::chrono::seconds memory, Timestamp now);

    std::size_t size() const;

  private:
    struct Window {
        std::int64_t failures = 0;
        std::int64_t underWay = 0;
        Timestamp last;
        TryLimit limit{};
        std::int64_t left(Timestamp now) const { return leftOf(failures, last, limit.memory, now); }
    };

    Window& windowOf(const TryCounter& counter);
    std::optional<int> waitOf(std::span<const TryCounter> counters, Timestamp now) const;
    void makeRoom(Timestamp now);

    const Clock& clock_;
    const std::size_t entries_;
    mutable std::mutex mutex_;
    std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace polyclinic::accounts
