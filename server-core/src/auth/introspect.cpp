// What a token is worth, for those who may know (RFC 7662).

#include <nlohmann/json.hpp>

#include "auth/authorization_server.h"
#include "auth/oauth_failure.h"

namespace polyclinic::auth {

Task<std::string> AuthorizationServer::introspecting(const http::Request& request, const OAuthForm& form, AuthContext& context) {
    const auto bearer = bearerToken(request);
    if (bearer.empty() || request.headers.count("Authorization") != 1) {
        std::string asked;
        const auto client = co_await authenticateClient(request, form, context, asked);
        // Naming oneself is no proof: whoever asks about tokens must have a secret.
        if (!client.confidential()) throw OAuthFailure("invalid_client", "Only clients with a secret or a token may ask.");
        co_return client.client.id;
    }
    auto token = co_await authenticate(context.session, context.realm, bearer);
    // Systems of the same clinic ask with their own kind of token.
    if (!token) token = co_await authenticate(context.session, systemRealm, bearer);
    if (!token) throw OAuthFailure("invalid_client", "The token that stands for the client is not valid.");
    co_return token->clientId;
}

Task<http::Response> AuthorizationServer::introspect(const http::Request& request, AuthContext& context) {
    const auto form = OAuthForm::ofPost(request);
    const std::string client = co_await introspecting(request, form, context);
    const auto text = form.demand("token");
    // Clients that fish for tokens are slowed down as those that fish for secrets.
    const auto account = triesOf(context.realm.name, "introspect", context.tenant.number(), client);
    if (const auto wait = throttle_.wait(account, request.peer)) throw OAuthFailure::tooManyTries(*wait);
    const auto token = co_await authenticate(context.session, context.realm, text);
    if (!token) {
        throttle_.failed(account, request.peer);
        co_return tokenAnswer(R"({"active":false})");
    }
    nlohmann::ordered_json answer{{"active", true},
                                  {"scope", token->scopeText()},
                                  {"client_id", token->clientId},
                                  {"token_type", "Bearer"},
                                  {"exp", numericDate(token->expires)},
                                  {"iat", numericDate(token->issued)},
                                  {"sub", token->subject},
                                  {"aud", context.audience()},
                                  {"iss", context.issuer()},
                                  {"jti", token->tokenId}};
    if (!token->patient.empty()) answer["patient"] = token->patient;
    if (!token->fhirUser.empty()) answer["fhirUser"] = context.audience() + '/' + token->fhirUser;
    co_return tokenAnswer(answer.dump());
}

}  // namespace polyclinic::auth
