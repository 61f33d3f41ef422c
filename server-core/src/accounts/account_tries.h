// What a person's tries count on: kept in memory, and in the clinic's own table for restarts and other servers.

#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/tries.h"
#include "base/clock.h"
#include "base/key_vault.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

/// The counters of one try, and whose they are.
struct PersonTry {
    std::vector<TryCounter> counters;
    std::string account;  // HMAC of the account that it is about; empty: of none
};

/// Everything is of one clinic and realm, and the same for accounts that are there and that are not. Loops only; `session`
/// and `tried` must outlive a call.
class PeopleTries {
  public:
    PeopleTries(const KeyVault& vault, const Clock& clock) : vault_(vault), clock_(clock), tries_(clock) {}

    /// A password from a browser that nobody knows: counts on the account, on the account from these networks, and on the
    /// networks.
    PersonTry ofPassword(const tenancy::RealmSession& session, std::string_view usernameKey, std::string_view peer) const;
    /// From a browser that signed in to the account before: on that alone, so that no stranger slows its owner down.
    PersonTry ofDevice(const tenancy::RealmSession& session, std::string_view usernameKey, std::string_view hash) const;
    /// A code from a slip: on the networks alone; the codes themselves count their own tries.
    PersonTry ofCode(const tenancy::RealmSession& session, std::string_view peer) const;

    /// Throws Failure(tooManyRequests) with the seconds to wait. Else the try is under way, until one of the three below.
    Task<void> begin(const tenancy::RealmSession& session, const PersonTry& tried);
    Task<void> failed(const tenancy::RealmSession& session, const PersonTry& tried);
    /// Nobody could look.
    void withdrawn(const PersonTry& tried) { tries_.withdrawn(tried.counters); }
    /// It was right: what failed for this account on this device, or from this address, is forgotten.
    Task<void> proved(const tenancy::RealmSession& session, const PersonTry& tried);

    /// Forgets everything that failed for the account, from wherever.
    Task<void> forget(const tenancy::RealmSession& session, std::string_view usernameKey);
    /// Reads what was counted for these accounts elsewhere; slows() answers from memory then.
    Task<void> learn(const tenancy::RealmSession& session, const std::vector<std::string>& usernameKeys);
    /// Whether tries at the account may be made to wait, from one network at least.
    bool slows(const tenancy::RealmSession& session, std::string_view usernameKey) const;

  private:
    std::string mac(const tenancy::RealmSession& session, std::string_view what, std::string_view who) const;
    void addNetworks(PersonTry& tried, char kind, const TryLimit& limit, const tenancy::RealmSession& session, std::string_view peer,
                     std::string_view account) const;

    const KeyVault& vault_;
    const Clock& clock_;
    Tries tries_;
    std::atomic<unsigned> kept_{0};
};

}  // namespace polyclinic::accounts
