// The token and revocation endpoints of the operators (authorization_server/operator_auth.h).

#include <algorithm>
#include <nlohmann/json.hpp>

#include "authorization_server/client_authentication.h"
#include "authorization_server/operator_auth.h"
#include "authorization_server/pkce.h"
#include "base/random.h"

namespace polyclinic::authorization_server {
namespace {

constexpr std::chrono::hours accessLife{1}, refreshLife{12};
constexpr std::string_view onlyScope = "operator";

OAuthFailure noGrant(std::string_view what) {
    return OAuthFailure("invalid_grant", "The " + std::string(what) + " is not valid, or it has been used.");
}

}  // namespace

Task<http::Response> OperatorAuth::token(const http::Request& request) {
    const auto form = OAuthForm::ofPost(request);
    const auto grantType = form.demand("grant_type");
    if (grantType != "authorization_code" && grantType != "refresh_token" && grantType != "client_credentials")
        throw OAuthFailure("unsupported_grant_type", "This grant type is not offered.");
    const auto credentials = clientCredentials(request, form);
    if (grantType == "client_credentials") co_return co_await clientToken(credentials, request);

    // Codes and refresh tokens belong to the console, a public client. A refresh may leave its name out
    // (RFC 6749 section 6 asks for none of public clients).
    const bool unnamed = credentials.id.empty() && grantType == "refresh_token";
    if (credentials.secret || (!unnamed && credentials.id != accounts::consoleClient)) throw noClient();
    if (grantType == "refresh_token") co_return co_await refresh(form);
    co_return co_await redeem(form);
}

Task<http::Response> OperatorAuth::redeem(const OAuthForm& form) {
    const std::string hash = sha256(form.demand("code"));
    const auto taken = co_await accounts::operator_store::take(operators_.session(), accounts::OperatorTokenKind::code, hash,
                                                               accounts::consoleClient, clock_.now());
    if (!taken) throw noGrant("code");
    // Used up by now, whatever follows: nobody tries verifiers.
    if (form.get("redirect_uri") != taken->redirectUri.value_or("-"))
        throw OAuthFailure("invalid_grant", "The redirect_uri is not the one that the code was asked for with.");
    if (!form.has("code_verifier")) throw OAuthFailure("invalid_grant", "The parameter code_verifier is missing.");
    if (!provesCodeChallenge(form.get("code_verifier"), taken->codeChallenge.value_or(std::string())))
        throw OAuthFailure("invalid_grant", "The code_verifier does not belong to the code_challenge of the request.");
    co_return co_await issue(taken->grant, false);
}

Task<http::Response> OperatorAuth::refresh(const OAuthForm& form) {
    const auto token = form.demand("refresh_token");
    if (form.has("scope") && form.get("scope") != onlyScope) throw OAuthFailure("invalid_scope", "A refresh cannot widen the scope.");
    const auto taken = co_await accounts::operator_store::take(operators_.session(), accounts::OperatorTokenKind::refresh, sha256(token),
                                                               accounts::consoleClient, clock_.now());
    if (!taken) throw noGrant("refresh token");
    co_return co_await issue(taken->grant, false);
}

Task<accounts::OperatorClient> OperatorAuth::authenticateClient(const ClientCredentials& credentials, const http::Request& request) {
    if (credentials.id.empty() || !credentials.secret) throw noClient();
    const std::string account = "operator-client|" + credentials.id;
    std::optional<accounts::OperatorClient> client;
    if (mayBeClientId(credentials.id)) client = co_await operators_.verifyClient(credentials.id, *credentials.secret);
    if (!client) {
        if (const auto wait = throttle_.failed(account, request.peer)) throw OAuthFailure::tooManyTries(*wait);
        // One a minute tells as much as all of them: whoever they are, they proved nothing.
        const auto now = clock_.now().micros;
        auto noted = refusalNoted_.load();
        if (now - noted >= 60'000'000 && refusalNoted_.compare_exchange_strong(noted, now))
            co_await note(request, "unknown", "token-refused");
        throw noClient();
    }
    throttle_.proved(account, request.peer);
    co_return std::move(*client);
}

Task<http::Response> OperatorAuth::clientToken(const ClientCredentials& credentials, const http::Request& request) {
    const auto client = co_await authenticateClient(credentials, request);
    auto grant = newGrant(std::nullopt, client.id);
    grant.expires = grant.created + accessLife;
    auto response = co_await issue(grant, true);
    co_await note(request, client.name, "token");
    co_return response;
}

Task<http::Response> OperatorAuth::issue(const accounts::OperatorGrant& grant, bool newGrant) {
    const Timestamp now = clock_.now();
    const Timestamp accessEnds = std::min(now + accessLife, grant.expires);
    const std::string access = "pot_" + randomToken();
    std::vector<accounts::OperatorToken> tokens;
    tokens.push_back({accounts::OperatorTokenKind::access, sha256(access), grant.id, accessEnds, {}, {}});
    nlohmann::ordered_json answer{{"access_token", access},
                                  {"token_type", "Bearer"},
                                  {"expires_in", std::chrono::duration_cast<std::chrono::seconds>(accessEnds - now).count()},
                                  {"scope", onlyScope}};
    if (grant.operatorId) {
        const std::string refresh = "por_" + randomToken();
        tokens.push_back(
            {accounts::OperatorTokenKind::refresh, sha256(refresh), grant.id, std::min(now + refreshLife, grant.expires), {}, {}});
        answer["refresh_token"] = refresh;
    }
    if (newGrant) {
        co_await accounts::operator_store::addGrant(operators_.session(), grant, tokens);
    } else {
        const bool added = co_await accounts::operator_store::addTokens(operators_.session(), tokens);
        if (!added) throw noGrant("sign-in");
    }
    co_return tokenAnswer(answer.dump());
}

Task<http::Response> OperatorAuth::revoke(const http::Request& request) {
    const auto form = OAuthForm::ofPost(request);
    const auto credentials = clientCredentials(request, form);
    std::string client(accounts::consoleClient);
    if (credentials.id != accounts::consoleClient || credentials.secret) {
        const auto known = co_await authenticateClient(credentials, request);
        client = known.id;
    }
    const bool own = co_await accounts::operator_store::revoke(operators_.session(), sha256(form.demand("token")), client);
    if (!own) throw OAuthFailure("invalid_grant", "The token was given to another client.");
    co_return tokenAnswer("{}");
}

}  // namespace polyclinic::authorization_server
