// Tries that failed, as a clinic keeps them: so many that a restart and a second server know of them, and no more.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

struct FailedTries {
    std::string key;      // a kind's letter and HMACs: nobody can read from it whose it is
    std::string account;  // HMAC of the account that it is about; empty: of none
    std::int64_t failures = 0;
    Timestamp last;
    std::int64_t memory = 0;  // seconds in which all is forgotten, evenly
};

/// Loop threads.
namespace tries {

/// Most rows that a clinic keeps; the ones that were touched last, networks before accounts.
inline constexpr std::int64_t mostRows = 10'000;

/// `failures` and `last` of those that there are.
Task<std::vector<FailedTries>> load(const tenancy::RealmSession& session, std::vector<std::string> keys);
/// All of these accounts.
Task<std::vector<FailedTries>> ofAccounts(const tenancy::RealmSession& session, std::vector<std::string> accounts);
/// One failure more on each, at `now`; `failures` and `last` of `rows` are not looked at.
Task<void> add(const tenancy::RealmSession& session, std::vector<FailedTries> rows, Timestamp now);
Task<void> forget(const tenancy::RealmSession& session, std::vector<std::string> keys);
Task<void> forgetAccount(const tenancy::RealmSession& session, std::string_view account);
/// What is forgotten by now goes, and what is too much.
Task<void> tidy(const tenancy::RealmSession& session, Timestamp now, std::int64_t most = mostRows);

}  // namespace tries
}  // namespace polyclinic::accounts
