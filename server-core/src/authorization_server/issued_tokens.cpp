#include "authorization_server/issued_tokens.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/random.h"

namespace polyclinic::authorization_server {

IssuedTokens issueTokens(const Realm& realm, const oauth::Client& client, const std::optional<std::string>& secretHash,
                         const access::ScopeSet& scopes, std::string nonResourceScopes, Timestamp now) {
    IssuedTokens made;
    made.access = std::string(realm.accessPrefix) + randomToken();
    auto& tokens = made.tokens;
    tokens.client = client.id;
    tokens.secretHash = secretHash;
    tokens.registered = client.scopes;
    tokens.accessHash = sha256(made.access);
    tokens.accessId = randomUuid();
    tokens.scopes = scopes.toJson();
    tokens.nonResourceScopes = std::move(nonResourceScopes);
    tokens.audience = realm.audience;
    tokens.issued = now;
    tokens.accessExpires = tokens.refreshExpires = now + realm.lifeOf(client);
    return made;
}

IssuedTokens issueTokens(const Realm& realm, const oauth::Client& client, const std::optional<std::string>& secretHash,
                         const access::ScopeSet& scopes, std::string nonResourceScopes, std::string refresh, Timestamp grantEnds,
                         Timestamp now) {
    auto made = issueTokens(realm, client, secretHash, scopes, std::move(nonResourceScopes), now);
    auto& tokens = made.tokens;
    tokens.accessExpires = std::min(tokens.accessExpires, grantEnds);
    tokens.refreshExpires = std::min(now + realm.refreshLife, grantEnds);
    made.refresh = std::move(refresh);
    if (!made.refresh.empty()) tokens.refreshHash = sha256(made.refresh);
    return made;
}

nlohmann::ordered_json IssuedTokens::toJson() const {
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(tokens.accessExpires - tokens.issued);
    const auto resources = access::ScopeSet::fromJson(tokens.scopes).text();
    nlohmann::ordered_json answer{
        {"access_token", access},
        {"token_type", "Bearer"},
        {"expires_in", life.count()},
        {"scope", tokens.nonResourceScopes.empty() || resources.empty() ? tokens.nonResourceScopes + resources
                                                                        : tokens.nonResourceScopes + ' ' + resources}};
    if (!refresh.empty()) answer["refresh_token"] = refresh;
    return answer;
}

OAuthFailure invalidGrant(std::string_view what) {
    return OAuthFailure("invalid_grant", "The " + std::string(what) + " is not valid, or it has been used.");
}

}  // namespace polyclinic::authorization_server
