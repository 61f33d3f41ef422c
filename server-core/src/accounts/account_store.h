// Accounts of people, one realm of one tenant at a time: what another has does not exist here.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

struct Account {
    std::string id;
    std::string username, usernameKey;  // as shown; as found (NFKC, case-folded)
    std::optional<std::string> email;
    std::string fhirUser;                   // "Patient/p1"
    std::optional<std::string> birthDate;   // as the clinic entered it, where the record had none
    std::optional<std::string> secondFact;  // birth date that codes ask for; nothing in accounts of earlier versions
    std::optional<std::string> language;
    std::string password;  // encoded hash; empty: not activated
    bool disabled = false;
    std::int64_t version = 0;
    Timestamp created, updated;
    std::optional<Timestamp> activated, lastSignIn;
    std::optional<Timestamp> invitedUntil;  // end of an activation code that is out
};

struct AccountQuery {
    std::string fhirUser, nameContains, status;  // empty: any; status: invited active off
    std::string after;                           // username key behind which the page begins
    std::int32_t count = 200;
};

struct AccountPage {
    std::vector<Account> accounts;
    std::optional<std::string> next;
};

/// Loop threads. `now` comes from the caller's clock.
namespace account_store {

enum class Added { yes, usernameTaken, fhirUserTaken };

/// Version 1; id, username, key and the rest from `account`.
Task<Added> add(const tenancy::RealmSession& session, Account account, Timestamp now);
Task<std::optional<Account>> find(const tenancy::RealmSession& session, std::string_view id);
Task<std::optional<Account>> findByName(const tenancy::RealmSession& session, std::string_view usernameKey);
Task<AccountPage> list(const tenancy::RealmSession& session, AccountQuery wanted);

struct Changed {
    std::optional<Account> account;  // as it is now; nothing: no such account
    bool stale = false;              // another version than the one that was read
    bool usernameTaken = false;
};
/// User name, e-mail, language and disabled, only while the row is still the one of account.version: what somebody else
/// changed since it was read is never written back. Switching off ends sessions, grants and codes in the same transaction.
Task<Changed> update(const tenancy::RealmSession& session, const Account& account, Timestamp now);
/// What a person may say of themselves, and nothing else of the row: e-mail (nothing: none) and language (nothing: as it
/// is). Nobody's whose account is switched off: `account` is nothing then. `version`: of the row that the person looked at;
/// nothing: whichever.
Task<Changed> setContact(const tenancy::RealmSession& session, std::string_view id, std::optional<std::string> email,
                         std::optional<std::string> language, std::optional<std::int64_t> version, Timestamp now);
/// The birth date that codes ask for from now on.
Task<void> keepSecondFact(const tenancy::RealmSession& session, std::string_view id, std::string_view birthDate);
/// With everything that hangs on it. False when there is none.
Task<bool> remove(const tenancy::RealmSession& session, std::string_view id);

/// A new password, and in the same transaction: all sessions, known browsers and codes end, sign-ins of apps that are under way end,
/// and with `stopApps` all grants. `spend`: selector of the code that allows it; false when another call has used it.
/// Without `spend`, `was` is the hash that must still be there.
Task<bool> setPassword(const tenancy::RealmSession& session, std::string_view id, std::string_view encoded,
                       std::optional<std::string> spend, std::optional<std::string> was, bool stopApps, Timestamp now);
Task<void> noteSignIn(const tenancy::RealmSession& session, std::string_view id, Timestamp now);

}  // namespace account_store
}  // namespace polyclinic::accounts
