#include "authorization_server/granted_scopes.h"

#include <algorithm>

#include "authorization_server/id_token.h"
#include "authorization_server/oauth_failure.h"

namespace polyclinic::authorization_server {

std::string joined(const std::vector<std::string>& nonResourceScopes) {
    std::string text;
    for (const auto& word : nonResourceScopes) text += (text.empty() ? "" : " ") + word;
    return text;
}

access::ScopeSet stillGranted(const Realm& realm, const std::string& granted, const access::ScopeRequest& registered) {
    return access::grantable(access::ScopeSet::fromJson(granted).scopes(), registered.scopes, realm.level);
}

std::string stillTold(const std::string& nonResourceScopes, const std::string& granted) {
    auto kept = access::parseScopeList(nonResourceScopes).nonResourceScopes;
    std::erase_if(kept, [&](const std::string& word) {
        return (word == "openid" || word == "fhirUser" || word == "profile") && !holdsScope(granted, word);
    });
    return joined(kept);
}

bool mayStay(const access::ScopeRequest& registered) {
    return std::ranges::find(registered.nonResourceScopes, "offline_access") != registered.nonResourceScopes.end();
}

std::pair<access::ScopeSet, std::string> narrowed(const Realm& realm, std::string_view asked, const access::ScopeSet& scopes,
                                                  const std::string& nonResourceScopes) {
    const auto wanted = access::parseScopeList(asked);
    const OAuthFailure wider("invalid_scope", "A refresh cannot widen the scope.");
    if (wanted.hostile || !wanted.dropped.empty()) throw wider;
    for (const auto& word : wanted.nonResourceScopes)
        if (!holdsScope(nonResourceScopes, word)) throw wider;
    for (const auto& scope : wanted.scopes) {
        const auto held = access::grantable({scope}, scopes.scopes(), realm.level);
        if (held.scopes() != std::vector<access::Scope>{scope}) throw wider;
    }
    return {access::ScopeSet(wanted.scopes), joined(wanted.nonResourceScopes)};
}

}  // namespace polyclinic::authorization_server
