// What an app asks of a person (RFC 6749 section 4.1.1, RFC 7636, SMART App Launch 2.2 "Obtain authorization code"),
// read strictly.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "authorization_server/oauth_form.h"
#include "authorization_server/realm.h"

namespace polyclinic::authorization_server {

struct AuthorizationRequest {
    std::string scope;  // as asked for
    std::string state;
    std::string nonce;
    std::string codeChallenge;
    bool silent = false;                 // prompt=none
    bool signInAgain = false;            // prompt=login or select_account
    std::optional<std::int64_t> maxAge;  // seconds

    /// How it is kept.
    std::string toJson() const;
    static AuthorizationRequest fromJson(std::string_view text);
};

/// Error and description of RFC 6749 section 4.1.2.1.
struct RequestFault {
    std::string error, description;
};

/// What a request asks whose client_id and redirect_uri are in order already; `audience`: the one `aud` that counts.
/// Throws nothing; the fault comes second.
std::pair<AuthorizationRequest, std::optional<RequestFault>> readRequest(const OAuthForm& form, std::string_view audience);

/// What can be granted of a request.
struct GrantableScopes {
    access::ScopeSet scopes;
    std::vector<std::string> nonResourceScopes;  // that are no resource scopes: openid, offline_access ...

    bool empty() const { return scopes.empty() && nonResourceScopes.empty(); }
};
/// Requested and registered, of the realm's level; scopes that cannot be granted are left out. Empty: nothing is left.
GrantableScopes grantableOf(const Realm& realm, std::string_view asked, std::string_view registered);

}  // namespace polyclinic::authorization_server
