// A client that speaks for itself (RFC 6749 section 4.4).

#include "authorization_server/authorization_server.h"
#include "authorization_server/issued_tokens.h"

namespace polyclinic::authorization_server {

Task<http::Response> AuthorizationServer::clientCredentials(const OAuthForm& form, AuthContext& context, const KnownClient& known) {
    for (const std::string_view name : {"aud", "audience", "resource"})
        if (form.has(name) && form.get(name) != context.audience())
            throw OAuthFailure("invalid_request", "The audience is not the address of this clinic's FHIR API.");
    const auto asked = access::parseScopeList(form.get("scope"));
    if (asked.hostile) throw OAuthFailure("invalid_scope", "The scope cannot be read.");
    const auto registered = access::parseScopeList(known.client.scopes);
    const auto granted = access::grantable(asked.scopes, registered.scopes, context.realm.level);
    if (granted.empty()) throw OAuthFailure("invalid_scope", "No scope that was asked for can be granted.");
    const auto made = issueTokens(context.realm, known.client, known.secretHash, granted, {}, clock_.now());
    const bool added = co_await oauth::token_store::issue(context.session, made.tokens);
    if (!added) throw noClient();
    co_return tokenAnswer(made.toJson().dump());
}

}  // namespace polyclinic::authorization_server
