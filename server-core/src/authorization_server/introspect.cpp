// What a token is worth, for those who may know (RFC 7662).

#include <nlohmann/json.hpp>

#include "authorization_server/authorization_server.h"
#include "authorization_server/granted_scopes.h"
#include "authorization_server/oauth_failure.h"

namespace polyclinic::authorization_server {

Task<AuthorizationServer::TokenAsker> AuthorizationServer::introspecting(const http::Request& request, const OAuthForm& form,
                                                                         AuthContext& context) {
    std::optional<oauth::Client> client;
    const auto bearer = bearerToken(request);
    if (bearer.empty() || request.headers.count("Authorization") != 1) {
        auto known = co_await authenticateClient(request, form, context, true);
        // Naming oneself is no proof: whoever asks about tokens must have a secret.
        if (!known.confidential()) throw OAuthFailure("invalid_client", "Only clients with a secret or a token may ask.");
        client = std::move(known.client);
    } else {
        auto token = co_await authenticate(context.tenant, context.realm, bearer);
        // Systems of the same clinic ask with their own kind of token.
        if (!token) token = co_await authenticate(context.tenant, realms::system, bearer);
        if (token) client = co_await oauth::client_store::find(context.session, token->clientId);
        if (!client) throw OAuthFailure("invalid_client", "The token that stands for the client is not valid.");
    }
    co_return TokenAsker{client->id, client->introspect && client->kind == oauth::ClientKind::backendService};
}

Task<nlohmann::ordered_json> AuthorizationServer::introspected(AuthContext& context, std::string_view text, const TokenAsker& asker) {
    const auto& realm = context.realm;
    if (realm.looksLikeRefreshToken(text)) {
        const auto now = clock_.now();
        const std::string hash = sha256(text);
        const auto found = co_await oauth::token_store::findRefresh(context.session, hash, now);
        // Nobody but its own client has anything to do with a refresh token.
        if (!found || found->client != asker.client || !found->alive || found->used || found->expires <= now) co_return nullptr;
        ActiveToken token;
        token.scopes = access::ScopeSet::fromJson(found->scopes);
        token.nonResourceScopes = stillTold(found->nonResourceScopes, found->grantWords);
        nlohmann::ordered_json answer{
            {"active", true},        {"scope", token.scopeText()}, {"client_id", found->client}, {"exp", numericDate(found->expires)},
            {"sub", found->account}, {"iss", context.issuer()}};
        if (!found->patient.empty()) answer["patient"] = found->patient;
        co_return answer;
    }
    const auto token = co_await authenticate(context.tenant, context.realm, text);
    if (!token || (token->clientId != asker.client && !asker.ofAll)) co_return nullptr;
    nlohmann::ordered_json answer{{"active", true},         {"scope", token->scopeText()},        {"client_id", token->clientId},
                                  {"token_type", "Bearer"}, {"exp", numericDate(token->expires)}, {"iat", numericDate(token->issued)},
                                  {"sub", token->subject},  {"aud", context.audience()},          {"iss", context.issuer()},
                                  {"jti", token->tokenId}};
    if (!token->patient.empty()) answer["patient"] = token->patient;
    if (!token->fhirUser.empty()) answer["fhirUser"] = context.audience() + '/' + token->fhirUser;
    co_return answer;
}

Task<http::Response> AuthorizationServer::introspect(const http::Request& request, AuthContext& context) {
    const auto form = OAuthForm::ofPost(request);
    const auto asker = co_await introspecting(request, form, context);
    const auto token = form.demand("token");
    const auto answer = co_await introspected(context, token, asker);
    if (!answer.is_null()) co_return tokenAnswer(answer.dump());
    // Clients that fish for tokens are slowed down as those that fish for secrets.
    const auto account = triesOf(context.realm.name, "introspect", context.tenant.number(), asker.client);
    if (const auto wait = throttle_.failed(account, request.peer)) throw OAuthFailure::tooManyTries(*wait);
    co_return tokenAnswer(R"({"active":false})");
}

}  // namespace polyclinic::authorization_server
