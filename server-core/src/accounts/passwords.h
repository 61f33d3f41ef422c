// Passwords: the rule that people are told, and their hashes (accounts/argon2id.h).

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "accounts/password_patterns.h"
#include "base/failure.h"
#include "base/fair_workers.h"
#include "base/task.h"

namespace polyclinic::accounts {

/// Why a password may not be chosen.
enum class Weakness { notText, tooShort, tooLong, named, personal, guessable };

/// A password that may not be chosen: unprocessable, with an issue whose place is "password" and whose words are English.
class UnfitPassword : public Failure {
  public:
    explicit UnfitPassword(Weakness weakness);
    Weakness weakness() const { return weakness_; }

  private:
    Weakness weakness_;
};

/// Hashes on two threads of its own with a bounded queue, so that memory stays below 2 x 19 MiB and the loops stay
/// free. Tenants take turns, and so do the networks that ask. Any loop. Failures of both hashing calls: badRequest above 1 KB, before any
/// hashing; tooManyRequests when the queue is full.
class Passwords {
  public:
    Passwords();

    /// Encoded with its salt and parameters. Throws Failure(badRequest) for bytes that are not UTF-8.
    Task<std::string> hashPassword(std::string password, WorkOwner owner = {});
    /// Whether `password` is the one of `encoded`. Takes as long for an empty `encoded` (an unknown user): false then.
    Task<bool> verifyPassword(std::string password, std::string encoded, WorkOwner owner = {});

    /// Why `password` may not be chosen; nothing when it may. `ownWords`: user name, clinic name and the like, which it must
    /// not contain. Some milliseconds, and a tenth of a second for the first word of a script: never on a loop.
    static std::optional<Weakness> weakness(std::string_view password, std::span<const std::string> ownWords);
    /// The same of somebody of whom more is known.
    static std::optional<Weakness> weakness(std::string_view password, const PasswordOwner& owner);
    /// Throws UnfitPassword where weakness() finds one, on a worker. Both must live until then.
    Task<void> demandFit(const std::string& password, const PasswordOwner& owner, WorkOwner whose = {});
    /// For what else looks at names of any script.
    template <class Work>
    auto aside(Work work, WorkOwner owner) {
        return workers_.run(std::move(work), owner);
    }
    /// What people are told before they type.
    static constexpr std::string_view rule =
        "At least 12 characters. A few words that do not belong together work well. Not the name of the clinic or your user name.";

  private:
    FairWorkers workers_;
    std::string dummy_;
};

}  // namespace polyclinic::accounts
