// A client gives back what it has (RFC 7009).

#include "authorization_server/authorization_server.h"
#include "authorization_server/oauth_failure.h"

namespace polyclinic::authorization_server {

Task<http::Response> AuthorizationServer::revoke(const http::Request& request, AuthContext& context) {
    const auto form = OAuthForm::ofPost(request);
    const auto known = co_await authenticateClient(request, form, context);
    const auto& client = known.client;
    const auto token = form.demand("token");
    const auto now = clock_.now();
    const auto hash = sha256(token);
    // An unknown token is as good as revoked; another client's lives on (RFC 7009 section 2.1).
    const OAuthFailure others("invalid_grant", "The token was given to another client.");
    bool ended = false;
    ProvenCaller owner;
    std::string about;
    if (context.realm.looksLikeRefreshToken(token)) {
        const auto found = co_await oauth::token_store::findRefresh(context.session, hash, now);
        if (found && found->client != client.id) throw others;
        if (found) {
            ended = co_await oauth::token_store::endFamily(context.session, found->grant, found->family, "app", now);
            owner = {client.id, found->patient};
            about = found->grant;
        }
    } else {
        const auto found = co_await oauth::token_store::find(context.session, hash, now);
        if (found && found->client != client.id) throw others;
        if (found) {
            ended = co_await oauth::token_store::revoke(context.session, hash, *found, now);
            owner = {client.id, found->patient};
            about = found->grant;
        }
    }
    // What nobody had is no event.
    if (ended) co_await noteClient(context, request, std::move(owner), "token-revoke", std::move(about));
    co_return tokenAnswer("{}");
}

}  // namespace polyclinic::authorization_server
