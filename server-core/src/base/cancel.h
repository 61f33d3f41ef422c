// Word from the side that asked that it no longer waits for the answer.

#pragma once

#include <functional>
#include <utility>

namespace polyclinic {

/// Signalled when a peer went away while its request was being answered. Used on the request's loop only.
class Disconnect {
  public:
    bool gone() const { return gone_; }
    /// `react` is called once, when the peer goes; replaces an earlier one; null takes it back.
    void onGone(std::function<void()> react) { react_ = std::move(react); }
    void signal() {
        gone_ = true;
        if (auto react = std::exchange(react_, nullptr)) react();
    }

  private:
    bool gone_ = false;
    std::function<void()> react_;
};

}  // namespace polyclinic
