// A code becomes tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

#include <algorithm>

#include "authorization_server/authorization_server.h"
#include "authorization_server/granted_scopes.h"
#include "authorization_server/id_token.h"
#include "authorization_server/issued_tokens.h"
#include "authorization_server/pkce.h"
#include "authorization_server/refresh_token.h"
#include "oauth/grant_store.h"

namespace polyclinic::authorization_server {
namespace {

/// Why whoever shows the code is not the one who asked for it; nothing when all is proven.
std::optional<std::string_view> faultOf(const OAuthForm& form, const oauth::AuthRequest& found, const AuthorizationRequest& asked,
                                        const oauth::Client& client, Timestamp now) {
    if (!found.codeExpires || *found.codeExpires <= now) return "The code is over: it was good for a minute.";
    if (!form.has("redirect_uri")) return "The parameter redirect_uri is missing.";
    if (form.get("redirect_uri") != found.redirectUri) return "The redirect_uri is not the one that the code was asked for with.";
    if (std::ranges::find(client.redirectUris, found.redirectUri) == client.redirectUris.end())
        return "The redirect_uri is not registered for this client any more.";
    if (!form.has("code_verifier")) return "The parameter code_verifier is missing.";
    if (!provesCodeChallenge(form.get("code_verifier"), asked.codeChallenge))
        return "The code_verifier does not belong to the code_challenge of the request.";
    return std::nullopt;
}

}  // namespace

Task<http::Response> AuthorizationServer::redeem(const OAuthForm& form, AuthContext& context, const KnownClient& known,
                                                 ProvenCaller& caller) {
    const auto& realm = context.realm;
    const auto code = form.demand("code");
    const std::string hash = sha256(code);
    const auto& client = known.client;
    const auto now = clock_.now();
    const auto found = co_await oauth::auth_request_store::findByCode(context.session, hash);
    if (!found || found->client != client.id) throw invalidGrant("code");
    if (found->state == "redeemed") co_await endReused(context, found->grant, found->family);
    if (found->state != "decided") throw invalidGrant("code");

    // Whoever cannot prove that the code is theirs gets one try (RFC 9700 section 2.1.1).
    const auto authorization = AuthorizationRequest::fromJson(found->parameters);
    if (const auto fault = faultOf(form, *found, authorization, client, now)) {
        co_await oauth::auth_request_store::burn(context.session, hash, now);
        throw OAuthFailure("invalid_grant", std::string(*fault));
    }
    const auto grant = co_await oauth::grant_store::find(context.session, found->grant);
    if (!grant || !grant->active(now)) throw invalidGrant("code");

    const auto registered = access::parseScopeList(client.scopes);
    const auto scopes = stillGranted(realm, grant->scopes, registered);
    const bool lasting = holdsScope(found->nonResourceScopes, "offline_access") && mayStay(registered);
    auto nonResourceScopes = access::parseScopeList(stillTold(found->nonResourceScopes, grant->nonResourceScopes)).nonResourceScopes;
    if (!lasting) std::erase(nonResourceScopes, "offline_access");
    auto next = lasting ? newRefreshToken(realm) : std::string();
    const auto made = issueTokens(realm, client, known.secretHash, scopes, joined(nonResourceScopes), std::move(next), grant->ends, now);
    const bool redeemed = co_await oauth::token_store::redeem(context.session, hash, made.tokens);
    if (!redeemed) {
        const auto again = co_await oauth::auth_request_store::findByCode(context.session, hash);
        if (again && again->state == "redeemed") co_await endReused(context, again->grant, again->family);
        throw invalidGrant("code");
    }
    caller = {client.id, grant->patient};
    auto answer = made.toJson();
    if (!grant->patient.empty()) answer["patient"] = grant->patient;
    if (holdsScope(made.tokens.nonResourceScopes, "openid")) {
        const Identity who{context.issuer(), grant->account, context.audience() + '/' + grant->fhirUser, made.tokens.nonResourceScopes};
        auto claims = idTokenClaims(who, client.id, authorization.nonce, found->authTime.value_or(now), now);
        answer["id_token"] = co_await keys_.sign(context.session, std::move(claims));
    }
    co_return tokenAnswer(answer.dump());
}

}  // namespace polyclinic::authorization_server
