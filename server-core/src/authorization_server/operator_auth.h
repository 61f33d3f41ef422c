// The operators' authorization server: authorization code with PKCE for people in the console, client_credentials
// for programs that an operator registered. Served on the operators' listener only.

#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "accounts/operators.h"
#include "accounts/throttle.h"
#include "authorization_server/client_authentication.h"
#include "authorization_server/oauth_form.h"
#include "authorization_server/operator_authorization_request.h"
#include "authorization_server/token_cache.h"
#include "base/task.h"
#include "http/message.h"

namespace polyclinic::authorization_server {

struct OperatorAuthSettings {
    std::string issuer;  // OPERATORS/admin/auth, as browsers reach it
    /// Makes a clinic of that name for setup's `clinic`; without it setup refuses that member.
    std::function<Task<void>(std::string name)> createClinic;
};

/// Handlers throw OAuthFailure or Failure; toOAuthResponse() writes both. authorize() answers pages itself.
/// One for all loops.
class OperatorAuth {
  public:
    OperatorAuth(accounts::Operators& operators, OperatorAuthSettings settings, const Clock& clock = Clock::system());

    /// GET: the sign-in page, or at once a redirect with a code where `login_ticket` is good. POST with the page's
    /// form: the redirect; any other POST: 303 to the same as GET.
    Task<http::Response> authorize(const http::Request& request);
    /// authorization_code, refresh_token, client_credentials.
    Task<http::Response> token(const http::Request& request);
    /// RFC 7009. Ends the whole sign-in that the token belongs to.
    Task<http::Response> revoke(const http::Request& request);
    /// RFC 8414.
    http::Response discovery() const;
    /// JSON {secret, username, password, clinic?} -> {login_ticket, expires_in}. Failures as Operators::setUp.
    Task<http::Response> setup(const http::Request& request);
    /// JSON {username, password} -> {login_ticket, expires_in}: for the console's own sign-in form. Failures:
    /// unauthenticated for every cause alike, tooManyRequests.
    Task<http::Response> signIn(const http::Request& request);
    /// assets/NAME beside authorize. Nothing: 404.
    static std::optional<http::Response> asset(std::string_view name);

    /// Whom an access token speaks for; nothing for every other text. Remembered for a second at most.
    Task<std::optional<accounts::Operator>> authenticate(std::string_view bearer);

  private:
    Task<http::Response> signInSubmitted(const http::Request& request, const OAuthForm& form, OperatorAuthorizationRequest authorization);
    http::Response showSignIn(const http::Request& request, const OperatorAuthorizationRequest& authorization, int status,
                              std::string error, std::string username) const;
    /// Proves that a form was shown by this process, to this browser, for this request.
    std::string formToken(std::string_view nonce, const OperatorAuthorizationRequest& authorization) const;
    /// The account whose password is right; Failure(tooManyRequests) at a limit.
    /// Into the directory's log goes what came of it.
    Task<std::optional<accounts::OperatorAccount>> checkPassword(std::string username, std::string password, const http::Request& request);
    accounts::OperatorGrant newGrant(std::optional<std::string> operatorId, std::string client) const;
    /// Of a person at the console whose password was found right.
    accounts::OperatorGrant newGrant(const accounts::OperatorAccount& person) const;
    accounts::OperatorToken codeFor(const OperatorAuthorizationRequest& authorization, std::string_view code,
                                    std::string_view grantId) const;

    Task<http::Response> redeem(const OAuthForm& form);
    Task<http::Response> refresh(const OAuthForm& form);
    /// Throws OAuthFailure(invalid_client), or at a limit temporarily_unavailable.
    Task<accounts::OperatorClient> authenticateClient(const ClientCredentials& credentials, const http::Request& request);
    Task<http::Response> clientToken(const ClientCredentials& credentials, const http::Request& request);
    /// In the directory's log.
    Task<void> note(const http::Request& request, std::string who, std::string_view action);
    /// Tokens under `grant`, which is added with them when it is new.
    Task<http::Response> issue(const accounts::OperatorGrant& grant, bool newGrant);

    accounts::Operators& operators_;
    const OperatorAuthSettings settings_;
    const Clock& clock_;
    const std::string formKey_;    // of this process: pages of an earlier one are shown anew
    accounts::Throttle throttle_;  // of programs; people's tries are counted by accounts::Operators
    TokenCache<accounts::Operator> tokenCache_;
    std::atomic<std::int64_t> refusalNoted_{0};  // microseconds, of the last refusal of a program that is in the log
};

}  // namespace polyclinic::authorization_server
