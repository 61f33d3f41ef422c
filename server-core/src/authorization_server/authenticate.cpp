// What an access token is worth (authorization_server/authorization_server.h).

#include "authorization_server/authorization_server.h"
#include "authorization_server/granted_scopes.h"
#include "authorization_server/id_token.h"
#include "base/log.h"
#include "oauth/grant_store.h"

namespace polyclinic::authorization_server {

std::string ActiveToken::scopeText() const {
    const auto resources = scopes.text();
    return nonResourceScopes.empty() || resources.empty() ? nonResourceScopes + resources : nonResourceScopes + ' ' + resources;
}

Task<std::optional<ActiveToken>> AuthorizationServer::authenticate(const tenancy::TenantContext& tenant, const Realm& realm,
                                                                   std::string_view bearer) {
    if (!realm.looksLikeAccessToken(bearer)) co_return std::nullopt;
    const tenancy::RealmSession session(tenant, realm.name);
    const std::string hash = sha256(bearer);
    const std::string key = tokens_.key(tenant.number(), realm.name, hash);
    if (const auto known = tokens_.find(key)) co_return *known;
    const auto epoch = access::tokenCacheEpoch();
    const auto now = clock_.now();
    auto found = co_await oauth::token_store::find(session, hash, now);
    if (!found || found->audience != realm.audience || found->grant.empty() == realm.forPeople()) co_return std::nullopt;
    auto token = std::make_shared<ActiveToken>();
    token->subject = realm.forPeople() ? found->account : found->client;
    token->clientId = std::move(found->client);
    token->accountId = std::move(found->account);
    token->grantId = std::move(found->grant);
    token->patient = std::move(found->patient);
    token->nonResourceScopes =
        realm.forPeople() ? stillTold(found->nonResourceScopes, found->grantWords) : std::move(found->nonResourceScopes);
    // profile is the older name of the same (SMART App Launch 1.0).
    if (holdsScope(token->nonResourceScopes, "fhirUser") || holdsScope(token->nonResourceScopes, "profile"))
        token->fhirUser = std::move(found->fhirUser);
    token->scopes = access::ScopeSet::fromJson(found->scopes);
    // A later consent narrows what was handed out before.
    if (realm.forPeople() && found->scopes != found->grantScopes)
        token->scopes = access::grantable(token->scopes.scopes(), access::ScopeSet::fromJson(found->grantScopes).scopes(), realm.level);
    token->tokenId = std::move(found->id);
    token->audience = std::move(found->audience);
    token->issued = found->issued;
    token->expires = found->expires;
    tokens_.put(key, token, epoch);
    if (!token->grantId.empty() && (!found->grantLastUsed || now - *found->grantLastUsed >= std::chrono::minutes(1))) {
        try {
            co_await oauth::grant_store::touch(session, token->grantId, now);
        } catch (const Failure& failure) {
            log::warn("a grant's last use was not noted: {}", failure.what());  // no reason to refuse the request
        }
    }
    co_return *token;
}

}  // namespace polyclinic::authorization_server
