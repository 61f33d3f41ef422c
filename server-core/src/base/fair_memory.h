// Memory that many share: what does not fit waits for its turn, tenants one after another and the clients of each.

#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/loop.h"
#include "base/turns.h"

namespace polyclinic {

/// Any thread.
class FairMemory {
  public:
    /// `patience`: how long one waits before it is refused.
    explicit FairMemory(std::size_t bytes, std::chrono::milliseconds patience = std::chrono::seconds(20));

    /// What was taken; given back with the last copy.
    using Hold = std::shared_ptr<const void>;

    /// Answers once the bytes are there, or at once where this tenant holds nothing: each may have one thing, however large. Throws
    /// Failure(unavailable) after the patience or where too many wait.
    Task<Hold> take(std::size_t bytes, WorkOwner owner);

  private:
    struct State;
    std::shared_ptr<State> state_;  // a Hold may outlive this
    std::chrono::milliseconds patience_;
};

}  // namespace polyclinic
