// A client gives back what it has (RFC 7009).

#include "auth/authorization_server.h"
#include "auth/id_token.h"
#include "auth/oauth_failure.h"
#include "store/grant_store.h"

namespace polyclinic::auth {

Task<http::Response> AuthorizationServer::revoke(const http::Request& request, AuthContext& context) {
    const auto& realm = context.realm.name;
    const auto form = OAuthForm::ofPost(request);
    std::string asked;
    const auto client = co_await authenticateClient(request, form, context, asked);
    const auto token = form.demand("token");
    const auto now = clock_.now();
    const auto hash = sha256(token);
    // An unknown token is as good as revoked; another client's lives on (RFC 7009 section 2.1).
    const OAuthFailure others("invalid_grant", "The token was given to another client.");
    std::string over, patient;
    if (context.realm.looksLikeRefreshToken(token)) {
        const auto found = co_await store::tokens::findRefresh(context.session, realm, hash, now);
        if (found && found->client != client.client.id) throw others;
        if (found) {
            over = found->grant;
            patient = found->patient;
        }
    } else {
        const auto found = co_await store::tokens::find(context.session, realm, hash, now);
        if (found && found->client != client.client.id) throw others;
        if (found) {
            patient = found->patient;
            co_await store::tokens::revoke(context.session, realm, hash, client.client.id);
            // Where no refresh token can make another, nothing is left of the grant.
            const auto grant = co_await store::grants::find(context.session, realm, found->grant);
            if (grant && !holdsWord(grant->words, "offline_access")) over = found->grant;
        }
    }
    if (!over.empty()) co_await store::grants::end(context.session, realm, over, "app", now);
    co_await noteClient(context, request, client.client.id, patient, "token-revoke", over);
    co_return tokenAnswer("{}");
}

}  // namespace polyclinic::auth
