// The authorization server of people: authorization code with PKCE, refresh, revocation, introspection, OpenID Connect
// (SMART App Launch 2.2, OAuth 2.1, RFC 7009, RFC 7662, RFC 8414, RFC 9207). Written for patients; the realm is a value.

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "access/scope.h"
#include "auth/authorize_wish.h"
#include "auth/oauth_form.h"
#include "auth/signing_keys.h"
#include "auth/verdict_cache.h"
#include "base/key_vault.h"
#include "base/task.h"
#include "http/message.h"
#include "identity/people.h"
#include "identity/throttle.h"
#include "store/audit_log.h"
#include "store/auth_request_store.h"
#include "store/client.h"
#include "store/person_token_store.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::auth {

/// What a handler knows of the tenant of its request.
struct PersonAuthContext {
    const tenancy::TenantContext& tenant;
    db::TenantSession& session;
    std::string issuer;   // BASE/tenant/{id}/patient/auth
    std::string fhirApi;  // BASE/tenant/{id}/patient/smart-api: the audience of its tokens
    std::string portal;   // where people sign in
};

/// Whom an access token speaks for, and for what.
struct PersonGrant {
    std::string clientId;
    std::string accountId;
    std::string grantId;
    std::string patient;   // id of the Patient in context
    std::string fhirUser;  // "Patient/p1"; empty when the app was not granted to know it
    access::ScopeSet scopes;
    std::string words;    // openid fhirUser launch/patient ...
    std::string subject;  // as in id_tokens
    std::string tokenId;  // for the audit trail
    Timestamp issued;
    Timestamp expires;
};

/// One for all tenants and all loops. Handlers throw OAuthFailure or Failure; toOAuthResponse() writes both.
/// authorize() and consent() answer pages and redirects themselves.
class PatientAuth {
  public:
    PatientAuth(identity::People& people, SigningKeys& keys, store::AuditLog& audit, const KeyVault& vault,
                const Clock& clock = Clock::system());

    /// A request of an app (GET, or POST from another site), or ?request=ID of one that was checked before.
    Task<http::Response> authorize(const http::Request& request, PersonAuthContext& tenant);
    /// POST of the consent page.
    Task<http::Response> consent(const http::Request& request, PersonAuthContext& tenant);
    /// authorization_code and refresh_token.
    Task<http::Response> token(const http::Request& request, PersonAuthContext& tenant);
    /// RFC 7662, for clients with a secret or with a token of this tenant; knows its own issuer's access tokens.
    Task<http::Response> introspect(const http::Request& request, PersonAuthContext& tenant);
    /// RFC 7009. A refresh token ends the whole grant.
    Task<http::Response> revoke(const http::Request& request, PersonAuthContext& tenant);
    /// OpenID Connect Core section 5.3.
    Task<http::Response> userinfo(const http::Request& request, PersonAuthContext& tenant);
    /// RFC 7517.
    Task<http::Response> jwks(PersonAuthContext& tenant);
    /// OpenID Connect Discovery and RFC 8414: names what works.
    static http::Response discovery(const PersonAuthContext& tenant);

    /// Nothing for every text that is no live token of this tenant. Remembered for a second at most; whatever ends
    /// access in this process counts at once. Notes on the grant that it was used.
    Task<std::optional<PersonGrant>> authenticate(db::TenantSession& session, std::string_view bearer);

  private:
    struct KnownClient {
        store::Client client;
        std::optional<std::string> secretHash;
        bool confidential() const { return secretHash.has_value(); }
    };

    Task<http::Response> begin(const http::Request& request, const OAuthForm& form, PersonAuthContext& tenant);
    Task<http::Response> resume(const http::Request& request, std::string id, PersonAuthContext& tenant);
    /// What a person is asked, and by whom.
    struct Question {
        store::AuthRequest pending;
        store::Client client;
        identity::PersonSession person;
        AuthorizeWish wish;
        Offer offer;
    };
    /// The question of a request; or what to answer instead.
    Task<std::variant<Question, http::Response>> questionOf(const http::Request& request, std::string id, PersonAuthContext& tenant);
    /// `answered`: the form of an answer that cannot be used, and why.
    Task<http::Response> showConsent(const http::Request& request, PersonAuthContext& tenant, const Question& question,
                                     const OAuthForm* answered, std::string problem);
    Task<http::Response> allow(const http::Request& request, const OAuthForm& form, PersonAuthContext& tenant,
                               const Question& question);

    /// Throws OAuthFailure(invalid_client), or at a limit temporarily_unavailable. `asked`: who it is, as it named itself.
    Task<KnownClient> authenticateClient(const http::Request& request, const OAuthForm& form, PersonAuthContext& tenant,
                                         std::string& asked);
    /// Both set `patient` to whom it is about as soon as that is known.
    Task<http::Response> redeem(const OAuthForm& form, PersonAuthContext& tenant, const KnownClient& client, std::string& patient);
    Task<http::Response> refresh(const OAuthForm& form, PersonAuthContext& tenant, const KnownClient& client, std::string& patient);
    /// Ends the grant because a code or refresh token of it was shown twice.
    Task<void> endReused(PersonAuthContext& tenant, std::string grant);
    /// The caller of introspect(), for its limit.
    Task<std::string> introspecting(const http::Request& request, const OAuthForm& form, PersonAuthContext& tenant);
    /// Into the audit log: a person (by account) or an app (by client, and for which patient) did `what` with `about`.
    Task<void> notePerson(PersonAuthContext& tenant, const http::Request& request, std::string account, std::string what,
                          std::string about);
    Task<void> noteApp(PersonAuthContext& tenant, const http::Request& request, std::string client, std::string patient,
                       std::string what, std::string about, int outcome = 0);

    identity::People& people_;
    SigningKeys& keys_;
    store::AuditLog& audit_;
    const KeyVault& vault_;
    const Clock& clock_;
    identity::Throttle throttle_;
    VerdictCache<PersonGrant> verdicts_;
};

}  // namespace polyclinic::auth
