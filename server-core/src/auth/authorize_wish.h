// What an app asks of a person (RFC 6749 section 4.1.1, RFC 7636, SMART App Launch 2.2 "Obtain authorization code"),
// read strictly.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "auth/oauth_form.h"

namespace polyclinic::auth {

struct AuthorizeWish {
    std::string scope;  // as asked for
    std::string state;
    std::string nonce;
    std::string codeChallenge;
    bool silent = false;     // prompt=none
    bool signInAgain = false;  // prompt=login or select_account
    std::optional<std::int64_t> maxAge;  // seconds

    /// How it is kept.
    std::string toJson() const;
    static AuthorizeWish fromJson(std::string_view text);
};

/// Error and description of RFC 6749 section 4.1.2.1.
struct WishFault {
    std::string error, description;
};

/// The wish of a request whose client_id and redirect_uri are in order already; `audience`: the one `aud` that counts.
/// Throws nothing; the fault comes second.
std::pair<AuthorizeWish, std::optional<WishFault>> readWish(const OAuthForm& form, std::string_view audience);

/// What can be granted of a wish.
struct Offer {
    access::ScopeSet scopes;
    std::vector<std::string> words;
};
/// Requested and registered, of patient level; scopes that cannot be granted are left out. Empty of both: nothing is left.
Offer offerOf(std::string_view asked, std::string_view registered);

/// `redirectUri` with `fields` behind its own query.
std::string withFields(std::string_view redirectUri, const FormFields& fields);

}  // namespace polyclinic::auth
