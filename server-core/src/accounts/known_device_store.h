// Browsers that a person has signed in with before, found by the SHA-256 of their long-lived cookie.

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

/// Loop threads.
namespace known_devices {

inline constexpr std::int64_t mostOfAccount = 20;  // those that were used last

/// Whether this browser signed in to the account of that name since `since`.
Task<bool> isKnown(const tenancy::RealmSession& session, std::string_view hash, std::string_view usernameKey, Timestamp since);
/// The account `account` signed in: what the browser was known by (`before`, may be empty) is `hash` from now on, for every
/// account that knows it. Nothing when the account is switched off.
Task<void> keep(const tenancy::RealmSession& session, std::string_view account, std::string_view before, std::string_view hash,
                Timestamp now);

}  // namespace known_devices
}  // namespace polyclinic::accounts
