// People who sign in to a clinic: invitations, one-time codes, passwords and sessions. One home for every realm.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/account_store.h"
#include "accounts/account_tries.h"
#include "accounts/one_time_code_store.h"
#include "accounts/passwords.h"
#include "accounts/session_store.h"
#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/key_vault.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

inline constexpr std::string_view patientRealm = "patient", providerRealm = "provider";

/// What is known of a caller before anyone says who it is.
struct ClientInfo {
    std::string peer;       // address
    std::string userAgent;  // header
    std::string cookies;    // the Cookie header
    std::string request;    // X-Request-Id

    template <class Request>
    static ClientInfo of(const Request& request) {
        return {request.peer, std::string(request.header("User-Agent")), std::string(request.header("Cookie")), request.id};
    }
};

/// A person who is signed in.
struct PersonSession {
    std::string id;  // of the session; shown on pages
    std::string accountId, username;
    std::string fhirUser;  // "Patient/p1"
    std::optional<std::string> language;
    Timestamp started;  // when the person proved who they are: auth_time
    Timestamp expires;
    std::string hash;    // SHA-256 of the cookie
    std::string cookie;  // its value: what form tokens are bound to
};

struct SignedIn {
    std::string setCookie;  // value of a Set-Cookie header
    PersonSession session;
    std::string deviceCookie;  // another: what this browser is known by from now on
};

/// A code that the clinic hands out, shown once: ABCDE-FGHJ-KMNP.
struct NewCode {
    std::string code;
    Timestamp expires;
};

/// Whose code it is; for pages that go on with it.
struct CodeHolder {
    std::string accountId, username, fhirUser;
    std::optional<std::string> language;
    CodePurpose purpose = CodePurpose::activation;
};

struct Activated {
    CodeHolder holder;
    std::optional<SignedIn> signedIn;  // after an activation; a reset asks to sign in
};

struct NewAccount {
    std::string username;  // empty: made of the record's name
    std::optional<std::string> email;
    std::string fhirUser;
    std::optional<std::string> birthDate;  // where the record has none
    std::optional<std::string> language;
};

struct Invitation {
    Account account;
    NewCode activation;
};

/// Loops only. Every call is of one realm of one tenant, and is noted in its audit log. `session` must outlive the call.
/// Calls that take a ClientInfo and a secret throw Failure(tooManyRequests), the same for known and unknown people.
class AccountService {
  public:
    AccountService(Passwords& passwords, const KeyVault& vault, audit::AuditLog& audit, const Clock& clock);

    /// Nothing for every cause: unknown, wrong, not activated, switched off. Ends the session of the visit's cookie.
    Task<std::optional<SignedIn>> signIn(const tenancy::RealmSession& session, std::string username, std::string password,
                                         ClientInfo clientInfo);
    /// With a one-time link of the demo clinic (purpose sign-in). Nothing for every cause.
    Task<std::optional<SignedIn>> signInByCode(const tenancy::RealmSession& session, std::string code, ClientInfo clientInfo);
    /// Who the Cookie header belongs to: 15 minutes after the last call at most, 8 hours after sign-in at most.
    Task<std::optional<PersonSession>> session(const tenancy::RealmSession& session, std::string_view cookies);
    /// No effect without a session. Answers the Set-Cookie value that forgets it.
    Task<std::string> signOut(const tenancy::RealmSession& session, ClientInfo clientInfo);

    /// `accountId` empty: of everybody.
    Task<std::vector<Session>> sessionsOf(const tenancy::RealmSession& session, std::string accountId);
    /// False when this person has no such session.
    Task<bool> endSession(const tenancy::RealmSession& session, const PersonSession& person, std::string sessionId, ClientInfo clientInfo);
    /// By the clinic. False when there is none of that id.
    Task<bool> endAnySession(const tenancy::RealmSession& session, std::string sessionId, audit::Actor actor);
    /// All of the person but this one; how many.
    Task<std::size_t> endOtherSessions(const tenancy::RealmSession& session, const PersonSession& person, ClientInfo clientInfo);

    // Activation and reset, in three steps; each takes what the steps before took, and wrong answers count on the
    // code's selector: five, then it is dead. Nothing for every cause.
    Task<std::optional<CodeHolder>> checkCode(const tenancy::RealmSession& session, std::string code, ClientInfo clientInfo);
    /// `birthDate`: YYYY-MM-DD.
    Task<std::optional<CodeHolder>> checkBirthDate(const tenancy::RealmSession& session, std::string code, std::string birthDate,
                                                   ClientInfo clientInfo);
    /// Sets the password; the code is used up. A reset ends all sessions, and with `stopApps` every grant. Throws
    /// Failure(unprocessable) with an issue at "password" for one that will not do: the code stays good.
    Task<std::optional<Activated>> useCode(const tenancy::RealmSession& session, std::string code, std::string birthDate,
                                           std::string password, bool stopApps, ClientInfo clientInfo);

    /// Ends all sessions and begins this one anew. Throws Failure(forbidden) when `current` is wrong,
    /// (unprocessable) at "password" for a new one that will not do.
    Task<SignedIn> changePassword(const tenancy::RealmSession& session, const PersonSession& person, std::string current,
                                  std::string password, bool stopApps, ClientInfo clientInfo);

    // What the clinic's side does. `actor`: who asks.
    /// Throws Failure(unprocessable): no such record here, no birth date known, a user name that will not do;
    /// (conflict): user name or record have an account.
    Task<Invitation> invite(const tenancy::RealmSession& session, NewAccount wanted, audit::Actor actor);
    /// A new code in place of the old one, 14 days. Nothing when there is no such account. Throws Failure(conflict) when
    /// it is activated already.
    Task<std::optional<Invitation>> inviteAgain(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor);
    /// 24 hours; the password holds until the code is used. Throws Failure(conflict) before the first activation.
    Task<std::optional<NewCode>> resetCode(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor);
    /// For the demo clinic's links, 15 minutes.
    Task<std::optional<NewCode>> signInCode(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor);
    /// Forgets what failed. False when there is no such account.
    Task<bool> unlock(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor);
    /// User name, e-mail, language, disabled of `account` as it was read: what was changed since is never written back.
    /// Switching off ends sessions, grants and tokens at once. Nothing when there is none. Throws
    /// Failure(preconditionFailed) when account.version is not the newest, (conflict), (unprocessable).
    Task<std::optional<Account>> change(const tenancy::RealmSession& session, Account account, audit::Actor actor);
    /// What the person says of themselves: e-mail (nothing: none) and language (nothing: as it is). `version`: of the
    /// account that they looked at; nothing: whichever. Nothing when the account is gone or switched off. Throws
    /// Failure(preconditionFailed) for another version.
    Task<std::optional<Account>> changeContact(const tenancy::RealmSession& session, const PersonSession& person,
                                               std::optional<std::string> email, std::optional<std::string> language,
                                               std::optional<std::int64_t> version, ClientInfo clientInfo);
    /// With everything that hangs on it. False when there is none.
    Task<bool> remove(const tenancy::RealmSession& session, std::string accountId, audit::Actor actor);
    /// Whether sign-ins to the account are being slowed down, as far as this process knows; after lookAtTries() as far as
    /// any does.
    bool isHeldUp(const tenancy::RealmSession& session, const std::string& usernameKey) const;
    Task<void> lookAtTries(const tenancy::RealmSession& session, std::vector<std::string> usernameKeys);

  private:
    struct Checked;
    Task<std::optional<Checked>> check(const tenancy::RealmSession& session, const std::string& code,
                                       const std::optional<std::string>& birthDate, const ClientInfo& clientInfo, bool links);
    /// What the visit's browser was known by; empty: nothing.
    std::string deviceHash(const tenancy::RealmSession& session, const ClientInfo& clientInfo) const;
    /// Nothing when the account was switched off or its password changed since `account` was read.
    Task<std::optional<SignedIn>> begin(const tenancy::RealmSession& session, const Account& account, const ClientInfo& clientInfo);
    Task<NewCode> makeCode(const tenancy::RealmSession& session, const std::string& accountId, CodePurpose purpose);
    Task<void> note(const tenancy::RealmSession& session, audit::Actor actor, std::string interaction, std::string accountId, char action,
                    int outcome = 0);
    /// Throws UnfitPassword for one that somebody who knows the account's owner guesses.
    Task<void> demandPassword(const tenancy::RealmSession& session, const std::string& password, const Account& account) const;

    Passwords& passwords_;
    const KeyVault& vault_;
    audit::AuditLog& audit_;
    const Clock& clock_;
    PeopleTries tries_;
};

}  // namespace polyclinic::accounts
