// Access and refresh tokens of one tenant, found by their SHA-256; the token itself is never here. One that speaks for a
// person belongs to a grant and is worth nothing without it: every look-up joins it. One of a backend service has none.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::oauth {

struct AccessToken {
    std::string id;  // for the audit trail; worth nothing to a thief
    std::string client;
    std::string grant, account;  // empty: the client speaks for itself
    std::string family;          // of one authorization, on one device
    std::string patient;
    std::string fhirUser;  // of the account, whether or not the app may know it
    std::string scopes;    // of this token, structured, as JSON
    std::string nonResourceScopes;
    std::string grantScopes, grantWords;  // what the grant holds by now
    std::string audience;
    Timestamp issued;
    Timestamp expires;
    std::optional<Timestamp> grantLastUsed;
};

/// The tokens that one answer hands out.
struct NewTokens {
    std::string client;
    std::optional<std::string> secretHash;  // what the client proved; no token when it has another by now
    std::string registered;                 // scopes that the client may have, as they were read; likewise
    std::string accessHash, accessId;
    std::string scopes, nonResourceScopes, audience;
    Timestamp issued, accessExpires;
    std::optional<std::string> refreshHash;
    Timestamp refreshExpires;
};

struct RefreshToken {
    std::string grant, family, account, client, patient, fhirUser;
    std::string scopes, grantWords;  // of the grant
    std::string nonResourceScopes;   // of the family
    Timestamp grantEnds;
    bool alive = false;  // the grant is neither ended nor over, its account and client are not off
    Timestamp expires;
    std::optional<Timestamp> used;
};

/// `realm`: patient, provider or system. Every call that hands out tokens clears away what is expired of that client.
/// Loop threads.
namespace token_store {

/// Nothing for a token that is unknown here or expired, or whose grant, account or client is over or off.
Task<std::optional<AccessToken>> find(const tenancy::RealmSession& session, std::string_view hash, Timestamp now);
/// A token of a client that speaks for itself. False when the client was disabled, removed, given another secret or
/// registered for other scopes in the meantime: no token then.
Task<bool> issue(const tenancy::RealmSession& session, const NewTokens& tokens);
/// The code becomes tokens, in one statement: of several at once one wins. False: nothing was handed out.
Task<bool> redeem(const tenancy::RealmSession& session, std::string_view codeHash, const NewTokens& tokens);
Task<std::optional<RefreshToken>> findRefresh(const tenancy::RealmSession& session, std::string_view hash, Timestamp now);
/// The refresh token `hash` of `grant` is used up for `tokens`, in one statement: of several at once one wins.
Task<bool> rotate(const tenancy::RealmSession& session, std::string_view hash, std::string_view grant, const NewTokens& tokens);
/// Another access token for a client that did not get the answer of its refresh: tokens.refreshHash is the successor
/// that exists already. False when that was used, or all is over.
Task<bool> repeat(const tenancy::RealmSession& session, std::string_view grant, const NewTokens& tokens);
/// Ends `token`, which has this hash; and its family where nothing is left that could make another, and the grant where
/// that was the last family of it. False when there was none of its client.
Task<bool> revoke(const tenancy::RealmSession& session, std::string_view hash, const AccessToken& token, Timestamp now);
/// Ends every token of one family, and the grant where that was the last; `by` as in Grant::endedBy. Other devices go on.
/// False when it had ended before.
Task<bool> endFamily(const tenancy::RealmSession& session, std::string_view grant, std::string_view family, std::string_view by,
                     Timestamp now);

}  // namespace token_store
}  // namespace polyclinic::oauth
