// The authorization server of every realm: authorization code with PKCE, refresh, client credentials, revocation,
// introspection, OpenID Connect (OAuth 2.1, SMART App Launch 2.2, RFC 7009, RFC 7662, RFC 8414, RFC 9207). What differs
// between patients, providers and backend services is a value (authorization_server/realm.h); each step has a file of its name.

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "access/scope.h"
#include "accounts/account_service.h"
#include "accounts/throttle.h"
#include "audit/audit_log.h"
#include "authorization_server/auth_context.h"
#include "authorization_server/authorization_request.h"
#include "authorization_server/client_authentication.h"
#include "authorization_server/oauth_form.h"
#include "authorization_server/refusal_counter.h"
#include "authorization_server/signing_keys.h"
#include "authorization_server/token_cache.h"
#include "base/key_vault.h"
#include "base/task.h"
#include "http/message.h"
#include "oauth/auth_request_store.h"
#include "oauth/client_store.h"
#include "oauth/token_store.h"

namespace polyclinic::authorization_server {

/// For whom an access token speaks, and for what. What is of a person is empty in realms without people.
struct ActiveToken {
    std::string clientId;
    std::string accountId;
    std::string grantId;
    std::string patient;   // id of the Patient in context
    std::string fhirUser;  // "Patient/p1"; empty when the app was not granted to know it
    access::ScopeSet scopes;
    std::string nonResourceScopes;  // openid fhirUser launch/patient ...
    std::string subject;            // as in id_tokens; the client where it speaks for itself
    std::string tokenId;            // for the audit trail
    std::string audience;           // the API that takes it
    Timestamp issued;
    Timestamp expires;

    /// As token answers and introspection tell it.
    std::string scopeText() const;
};

/// One for all tenants, realms and loops. Steps throw OAuthFailure or Failure; toOAuthResponse() writes both.
/// authorize() and consent() answer pages and redirects themselves.
class AuthorizationServer {
  public:
    AuthorizationServer(accounts::AccountService& accountService, SigningKeys& keys, audit::AuditLog& audit, const KeyVault& vault,
                        const Clock& clock = Clock::system(), accounts::ThrottleLimits limits = programLimits);

    using Step = Task<http::Response> (AuthorizationServer::*)(const http::Request&, AuthContext&);

    /// A request of an app (GET, or POST from another site), or ?request=ID of one that was checked before. Where nobody
    /// signs in, always a page that says so.
    Task<http::Response> authorize(const http::Request& request, AuthContext& context);
    /// POST of the consent page.
    Task<http::Response> consent(const http::Request& request, AuthContext& context);
    /// What the realm offers of authorization_code, refresh_token and client_credentials.
    Task<http::Response> token(const http::Request& request, AuthContext& context);
    /// RFC 7662, for clients with a secret or with a token of this tenant; knows its own issuer's tokens. A client learns
    /// of its own; a system that the clinic registered for it (Client.introspect), of everybody's access tokens.
    Task<http::Response> introspect(const http::Request& request, AuthContext& context);
    /// RFC 7009. A refresh token ends its family: what this one device was given.
    Task<http::Response> revoke(const http::Request& request, AuthContext& context);
    /// OpenID Connect Core section 5.3.
    Task<http::Response> userinfo(const http::Request& request, AuthContext& context);
    /// RFC 7517.
    Task<http::Response> jwks(const http::Request& request, AuthContext& context);
    /// OpenID Connect Discovery and RFC 8414.
    Task<http::Response> discovery(const http::Request& request, AuthContext& context);
    /// A file that its pages name, by the last part of the address.
    Task<http::Response> asset(const http::Request& request, AuthContext& context);

    /// Nothing for every text that is no live token of this tenant and realm. Remembered for a second at most; whatever
    /// ends access in this process counts at once. Notes on a grant that it was used.
    Task<std::optional<ActiveToken>> authenticate(const tenancy::TenantContext& tenant, const Realm& realm, std::string_view bearer);

  private:
    struct KnownClient {
        oauth::Client client;
        std::optional<std::string> secretHash;
        bool confidential() const { return secretHash.has_value(); }
    };

    Task<http::Response> begin(const http::Request& request, const OAuthForm& form, AuthContext& context);
    Task<http::Response> resume(const http::Request& request, std::string id, AuthContext& context);
    /// What a person is asked, and by whom.
    struct ConsentPrompt {
        oauth::AuthRequest pending;
        oauth::Client client;
        accounts::PersonSession person;
        AuthorizationRequest authorization;
        GrantableScopes offer;
    };
    /// What a request asks, by its sealed value or, once a person who is signed in came with that, by the id of its row; or
    /// what to answer instead.
    Task<std::variant<ConsentPrompt, http::Response>> promptOf(const http::Request& request, std::string text, AuthContext& context);
    struct PendingRequest {
        std::optional<oauth::AuthRequest> request;
        bool stored = false;
    };
    Task<PendingRequest> pendingOf(std::string text, AuthContext& context);
    /// `answered`: the form of an answer that cannot be used, and why.
    Task<http::Response> showConsent(const http::Request& request, AuthContext& context, const ConsentPrompt& prompt,
                                     const OAuthForm* answered, std::string problem);
    Task<http::Response> allow(const http::Request& request, const OAuthForm& form, AuthContext& context, const ConsentPrompt& prompt);

    /// Who is certain to have asked, and about whom: by a secret, or by a code or token that works. What somebody names
    /// without such a proof is in no log.
    struct ProvenCaller {
        std::string client, patient;
    };
    /// Throws OAuthFailure(invalid_client), or at a limit temporarily_unavailable. Of the realm's kind of clients, or of
    /// `anyKind` of this clinic's.
    Task<KnownClient> authenticateClient(const http::Request& request, const OAuthForm& form, AuthContext& context, bool anyKind = false);
    // Of the token endpoint.
    Task<http::Response> redeem(const OAuthForm& form, AuthContext& context, const KnownClient& client, ProvenCaller& caller);
    Task<http::Response> refresh(const OAuthForm& form, AuthContext& context, const KnownClient& client, ProvenCaller& caller);
    Task<http::Response> clientCredentials(const OAuthForm& form, AuthContext& context, const KnownClient& client);
    /// Ends a family because a code or refresh token of it was shown twice, and says so in the log.
    Task<void> endReused(AuthContext& context, std::string grant, std::string family);
    /// The caller of introspect(), and whether it may know of tokens of others.
    struct TokenAsker {
        std::string client;
        bool ofAll = false;
    };
    Task<TokenAsker> introspecting(const http::Request& request, const OAuthForm& form, AuthContext& context);
    /// What a live token is worth, for `asker`; null where it is none of its business.
    Task<nlohmann::ordered_json> introspected(AuthContext& context, std::string_view token, const TokenAsker& asker);
    /// Into the audit log: a person (by account) or a program did `what` with `about`.
    Task<void> notePerson(AuthContext& context, const http::Request& request, std::string account, std::string what, std::string about);
    Task<void> noteClient(AuthContext& context, const http::Request& request, ProvenCaller caller, std::string what, std::string about,
                          int outcome = 0);

    accounts::AccountService& accountService_;
    SigningKeys& keys_;
    audit::AuditLog& audit_;
    const KeyVault& vault_;
    const Clock& clock_;
    accounts::Throttle throttle_;
    TokenCache<ActiveToken> tokens_;
    RefusalCounter refusals_;
};

}  // namespace polyclinic::authorization_server
