// Runs of the authorization code flow in one tenant.
//
//   started --decide()--> decided --redeem()--> redeemed          (token_store.h has redeem)
//      |                     |
//      +------refuse()-------+--burn()--> refused                 started and decided also end by time
//
// A state is only ever left by one UPDATE that names it, so of several at once one wins.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::oauth {

struct AuthRequest {
    std::string id;  // in the address of sign-in and consent
    std::string state = "started";
    std::string client, clientName;
    std::string redirectUri;
    std::string parameters;         // JSON, see authorization_server/authorization_request.h
    std::string grant, family;      // empty until decided; family: of the tokens that its code becomes
    std::string nonResourceScopes;  // of the family
    std::string account, patient;   // of the grant
    std::optional<Timestamp> authTime;
    std::optional<Timestamp> codeExpires;
    Timestamp created;
    Timestamp expires;
    /// Only a session whose person gave the password at or after this will do (prompt=login, max_age).
    Timestamp signedInSince;
};

/// A consent: what it grants the app, and the code that stands for it.
struct ConsentDecision {
    std::string request;
    std::string session;  // id of the session that decided
    std::string account;
    Timestamp authTime;
    std::string codeHash;
    Timestamp codeExpires;
    std::string grant;   // its id where the app has none of this person yet
    std::string family;  // new id: of the tokens of this one authorization
    std::string patient, scopes, nonResourceScopes;
    std::string offered;  // what was asked, as scopes: a refusal is remembered
    Timestamp ends;
    bool endChosen = true;  // by the person; else a grant that lasts longer goes on lasting
};

/// Loop threads.
namespace auth_request_store {

/// A request that a person who is signed in brings along, sealed until then (oauth/sealed_request.h); no effect when it is
/// there already. Clears away what is over, and grants whose code nobody fetched.
Task<void> add(const tenancy::RealmSession& session, const AuthRequest& request);
/// Nothing when it is unknown here or over by `now`. Its client may be disabled by now: `client` and `clientName` tell.
Task<std::optional<AuthRequest>> find(const tenancy::RealmSession& session, std::string_view id, Timestamp now);
/// In whatever state, as long as it is remembered (a day).
Task<std::optional<AuthRequest>> findByCode(const tenancy::RealmSession& session, std::string_view codeHash);
/// started -> decided. The grant that the same app has of the same person and patient becomes what was decided now, for
/// every device; where there is none, it is made. False when somebody decided before, or account or client are off by
/// now: nothing is changed then.
Task<bool> decide(const tenancy::RealmSession& session, const ConsentDecision& decision, Timestamp now);
/// started -> refused. False when it was not started any more.
Task<bool> refuse(const tenancy::RealmSession& session, std::string_view id);
/// decided -> refused, with its family: the code was shown by somebody who could not prove that it is theirs.
Task<void> burn(const tenancy::RealmSession& session, std::string_view codeHash, Timestamp now);

}  // namespace auth_request_store
}  // namespace polyclinic::oauth
