// Sessions of people in the browser, found by the SHA-256 of their cookie.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

struct Session {
    std::string id;  // names it on pages; worth nothing to a thief
    std::string account;
    std::string device, address;
    Timestamp started, lastSeen, expires;
    // Of the account:
    std::string username, fhirUser;
    std::optional<std::string> language;
    std::string knownDevice = {};  // SHA-256 of what its browser is known by; written, never read
};

/// Loop threads.
namespace session_store {

/// `password`: as the account kept it when the person proved to know it (empty: it had none). False when that has
/// changed, or the account was switched off: a session never outlives what it was begun with.
Task<bool> add(const tenancy::RealmSession& session, std::string_view hash, const Session& made, std::string_view password);
/// Nothing when it is unknown, past its end, not seen since `idleSince`, or of an account that is switched off. Notes
/// that it was seen, to half a minute.
Task<std::optional<Session>> find(const tenancy::RealmSession& session, std::string_view hash, Timestamp now, Timestamp idleSince);
/// Those that live, the last seen first. `account` empty: of all.
Task<std::vector<Session>> list(const tenancy::RealmSession& session, std::string_view account, Timestamp now, Timestamp idleSince);
Task<bool> endByHash(const tenancy::RealmSession& session, std::string_view hash);
/// `account` empty: whoever it belongs to. False when there is none. Its browser is a stranger's from then on, as those of
/// endOthers() are.
Task<bool> end(const tenancy::RealmSession& session, std::string_view id, std::string_view account);
/// All of the account but the one of `exceptId`; how many.
Task<std::size_t> endOthers(const tenancy::RealmSession& session, std::string_view account, std::string_view exceptId);

}  // namespace session_store
}  // namespace polyclinic::accounts
