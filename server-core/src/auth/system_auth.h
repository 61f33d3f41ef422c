// The authorization server of a clinic's backend services: client_credentials with a client secret, opaque tokens.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "auth/oauth_form.h"
#include "auth/program_proof.h"
#include "access/scope.h"
#include "auth/verdict_cache.h"
#include "base/task.h"
#include "db/tenant_session.h"
#include "http/message.h"

namespace polyclinic::auth {

/// What a handler knows of the tenant of its request.
struct TenantAuthContext {
    db::TenantSession& session;
    std::string tenantId;
    std::string issuer;   // BASE/tenant/{id}/system/auth
    std::string fhirApi;  // BASE/tenant/{id}/fhir-api: the audience of its tokens
    std::string client = {};  // who asked, as it named itself: for the audit log
};

/// Whom an access token speaks for, and for what.
struct SystemGrant {
    std::string clientId;
    access::ScopeSet scopes;
    std::string audience;  // "fhir-api"
    std::string tokenId;   // for the audit trail
    Timestamp issued;
    Timestamp expires;
};

/// One for all tenants and all loops. Handlers throw OAuthFailure or Failure; toOAuthResponse() writes both.
class SystemAuth {
  public:
    explicit SystemAuth(const Clock& clock = Clock::system(), identity::ThrottleLimits limits = programLimits);

    /// RFC 6749 section 4.4.
    Task<http::Response> token(const http::Request& request, TenantAuthContext& tenant);
    /// RFC 7662, for clients of this tenant, by their secret or by a token of theirs; knows its own tenant's tokens.
    Task<http::Response> introspect(const http::Request& request, TenantAuthContext& tenant);
    /// RFC 7009.
    Task<http::Response> revoke(const http::Request& request, TenantAuthContext& tenant);
    /// RFC 8414; names what works.
    static http::Response discovery(const TenantAuthContext& tenant);
    /// Always a page that says that nobody signs in here, whatever is asked.
    static http::Response authorize(const http::Request& request);
    /// assets/NAME beside authorize. Nothing: 404.
    static std::optional<http::Response> asset(std::string_view name);

    /// Nothing for every text that is no live token of this tenant. Remembered for a second at most; a change of a
    /// client or a token in this process counts at once.
    Task<std::optional<SystemGrant>> authenticate(db::TenantSession& session, std::string_view bearer);

  private:
    struct KnownClient {
        std::string id;
        std::string secretHash;
        std::string scopes;
    };
    /// Throws OAuthFailure(invalid_client), or at a limit temporarily_unavailable.
    Task<KnownClient> authenticateClient(const http::Request& request, const OAuthForm& form, TenantAuthContext& tenant);
    Task<std::string> introspectingClient(const http::Request& request, const OAuthForm& form, TenantAuthContext& tenant);

    const Clock& clock_;
    identity::Throttle throttle_;
    VerdictCache<SystemGrant> verdicts_;
};

}  // namespace polyclinic::auth
