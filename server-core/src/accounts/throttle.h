// Slows down guessing. Counts attempts that failed, per account and address, per address, and per account in all.

#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace polyclinic::accounts {

struct ThrottleLimit {
    unsigned failures;
    std::chrono::seconds window;
};

struct ThrottleLimits {
    ThrottleLimit pair{10, std::chrono::minutes(15)};      // one account from one address
    ThrottleLimit address{100, std::chrono::minutes(15)};  // one address, all accounts
    ThrottleLimit account{100, std::chrono::hours(1)};     // one account, all addresses
    std::size_t entries = 100'000;                         // memory bound
};

/// In memory, of this process. Knows nothing of who exists, so known and unknown accounts meet the same answers.
/// No lock that a stranger can put on someone: an address that the account was used from before is not held up by
/// what fails elsewhere. Any thread.
class Throttle {
  public:
    explicit Throttle(const Clock& clock, ThrottleLimits limits = {}) : clock_(clock), limits_(limits) {}

    /// To be called before the secret is looked at; counts as failed until succeeded(). Answers the seconds to wait
    /// when a limit is reached; nothing: go on. `account` begins with its realm and tenant.
    std::optional<int> attempt(std::string_view account, std::string_view address);
    /// For secrets that nobody guesses and that are cheap to look at: looked at first, so that a right one always passes,
    /// whatever strangers tried. Counts a wrong one; the seconds to wait where too many were wrong: what is beyond the limit
    /// is not counted.
    std::optional<int> failed(std::string_view account, std::string_view address);
    /// Forgets what failed for this account from this address.
    void proved(std::string_view account, std::string_view address);
    /// The attempt was right: takes it back, and forgets what failed for this account from this address.
    void succeeded(std::string_view account, std::string_view address);
    /// The attempt was neither right nor wrong (the server could not look): takes it back.
    void withdrawn(std::string_view account, std::string_view address);
    /// Whether attempts at the account are being refused, from one address at least.
    bool holds(std::string_view account) const;
    /// Forgets everything that failed for the account, from wherever.
    void forget(std::string_view account);

    std::size_t size() const;

  private:
    struct Window {
        Timestamp start;
        unsigned failures = 0;
        bool trusted = false;  // pairs: signed in before
        Timestamp held;        // accounts: until when attempts are refused somewhere
        std::chrono::seconds length{0};
    };
    using Windows = std::unordered_map<std::string, Window>;

    struct Keys;
    std::optional<int> left(const Keys& keys, Timestamp now);
    void count(const Keys& keys, Timestamp now);
    void trust(const Keys& keys, Timestamp now);
    Window& windowOf(const std::string& key, const ThrottleLimit& limit, Timestamp now);
    void makeRoom(Timestamp now);
    void takeBack(const std::string& key);

    const Clock& clock_;
    const ThrottleLimits limits_;
    mutable std::mutex mutex_;
    Windows windows_;
};

}  // namespace polyclinic::accounts
