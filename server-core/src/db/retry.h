// Trying again what two writers did to each other (R33).

#pragma once

#include <chrono>

#include "base/loop.h"
#include "base/random.h"
#include "db/database.h"

namespace polyclinic::db {

/// Runs `attempt()`, a callable that answers a Task, and up to three times more after a serialization failure or a
/// deadlock, pausing 5 to 100 ms. Other failures, and the fourth, are rethrown (conflict). `attempt` makes its whole
/// transaction anew each time. Loop.
template <class Attempt>
auto retrying(Attempt attempt) -> decltype(attempt()) {
    for (int tries = 0;; ++tries) {
        try {
            co_return co_await attempt();
        } catch (const DatabaseFailure& failure) {
            if (!failure.isRetryable() || tries == 3) throw;
        }
        // Longer each time and never the same for two, so that they do not meet again.
        co_await sleepFor(std::chrono::milliseconds(5 + randomU64() % (15 << tries)));
    }
}

}  // namespace polyclinic::db
