// What one answer of the token endpoint hands out (RFC 6749 section 5.1).

#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "access/scope.h"
#include "authorization_server/oauth_failure.h"
#include "authorization_server/realm.h"
#include "oauth/token_store.h"

namespace polyclinic::authorization_server {

/// The rows, with the secrets in clear beside them.
struct IssuedTokens {
    oauth::NewTokens tokens;
    std::string access, refresh;  // refresh empty: none

    /// access_token, token_type, expires_in, scope, and refresh_token where there is one.
    nlohmann::ordered_json toJson() const;
};

/// A new access token of `client`, which proved itself by `secretHash` where it has a secret.
IssuedTokens issueTokens(const Realm& realm, const oauth::Client& client, const std::optional<std::string>& secretHash,
                         const access::ScopeSet& scopes, std::string nonResourceScopes, Timestamp now);
/// The same within a grant that ends at `grantEnds`, with `refresh` beside it; empty: none.
IssuedTokens issueTokens(const Realm& realm, const oauth::Client& client, const std::optional<std::string>& secretHash,
                         const access::ScopeSet& scopes, std::string nonResourceScopes, std::string refresh, Timestamp grantEnds,
                         Timestamp now);

/// The same for a code or token that is unknown, over, used, or somebody else's.
OAuthFailure invalidGrant(std::string_view what);

}  // namespace polyclinic::authorization_server
