// A refresh token becomes its successor (RFC 6749 section 6, RFC 9700 section 2.2.2).

#include "authorization_server/authorization_server.h"
#include "authorization_server/granted_scopes.h"
#include "authorization_server/id_token.h"
#include "authorization_server/issued_tokens.h"
#include "authorization_server/refresh_token.h"

namespace polyclinic::authorization_server {

Task<http::Response> AuthorizationServer::refresh(const OAuthForm& form, AuthContext& context, const KnownClient& known,
                                                  ProvenCaller& caller) {
    const auto& realm = context.realm;
    const auto token = form.demand("refresh_token");
    const auto& client = known.client;
    const auto now = clock_.now();
    if (!realm.looksLikeRefreshToken(token)) throw invalidGrant("refresh token");
    const std::string hash = sha256(token);
    auto found = co_await oauth::token_store::findRefresh(context.session, hash, now);
    if (!found || found->client != client.id || !found->alive || found->expires <= now) throw invalidGrant("refresh token");

    // One that works is proof; one that was used before may be anybody's.
    if (!found->used) caller = {client.id, found->patient};

    const auto registered = access::parseScopeList(client.scopes);
    if (!mayStay(registered) || !holdsScope(found->nonResourceScopes, "offline_access")) throw invalidGrant("refresh token");
    auto scopes = stillGranted(realm, found->scopes, registered);
    auto nonResourceScopes = stillTold(found->nonResourceScopes, found->grantWords);
    if (form.has("scope")) std::tie(scopes, nonResourceScopes) = narrowed(realm, form.get("scope"), scopes, nonResourceScopes);

    auto next = successorOf(realm, token, vault_, context.tenant.number());
    const auto made = issueTokens(realm, client, known.secretHash, scopes, nonResourceScopes, std::move(next), found->grantEnds, now);
    bool handedOut = false;
    if (!found->used) {
        handedOut = co_await oauth::token_store::rotate(context.session, hash, found->grant, made.tokens);
        if (!handedOut) found = co_await oauth::token_store::findRefresh(context.session, hash, now);
    }
    if (!handedOut && found && found->alive && found->used) {
        // The answer may have been lost on the way, or two windows of one app asked at once: the same successor again, as
        // long as nobody has used it. Later, whoever asks is a thief, or was robbed (RFC 9700 section 4.14.2).
        if (now - *found->used <= realm.repeatWithin)
            handedOut = co_await oauth::token_store::repeat(context.session, found->grant, made.tokens);
        if (!handedOut) co_await endReused(context, found->grant, found->family);
    }
    if (!handedOut) throw invalidGrant("refresh token");
    caller = {client.id, found->patient};
    auto answer = made.toJson();
    if (!found->patient.empty()) answer["patient"] = found->patient;
    co_return tokenAnswer(answer.dump());
}

}  // namespace polyclinic::authorization_server
