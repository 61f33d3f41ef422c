// How many bytes of bodies may be in memory at once: all together, and those of one peer.

#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace polyclinic::http {

/// Where a peer stands: its IPv4 address, of IPv6 the first 64 bits, which one customer has whole.
std::string networkOf(const std::string& address);

/// Any thread.
class BodyBudget : public std::enable_shared_from_this<BodyBudget> {
  public:
    BodyBudget(std::size_t all, std::size_t perPeer) : all_(all), perPeer_(perPeer) {}

    /// What one body takes; given back when it is destroyed. Keeps the budget alive.
    class Share {
      public:
        Share(std::shared_ptr<BodyBudget> budget, std::string network);
        ~Share();
        Share(const Share&) = delete;

        /// Whether as many bytes could be had now. Takes nothing.
        bool fits(std::size_t bytes) const;
        /// Takes more, up to `bytes` in all. False where the budget does not have them: it keeps what it had.
        bool growTo(std::size_t bytes);

      private:
        std::shared_ptr<BodyBudget> budget_;
        std::string network_;
        std::size_t bytes_ = 0;
    };
    /// For a body from `peer`.
    std::shared_ptr<Share> share(const std::string& peer);

    std::size_t taken() const;

  private:
    const std::size_t all_, perPeer_;
    mutable std::mutex mutex_;
    std::size_t taken_ = 0;
    std::unordered_map<std::string, std::size_t> peers_;  // those that hold something
};

}  // namespace polyclinic::http
