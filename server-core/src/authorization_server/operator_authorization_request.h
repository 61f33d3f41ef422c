// An authorization request of the console (RFC 6749 section 4.1.1, RFC 7636, RFC 8252), read strictly.

#pragma once

#include <string>
#include <variant>

#include "authorization_server/oauth_form.h"
#include "http/message.h"

namespace polyclinic::authorization_server {

struct OperatorAuthorizationRequest {
    std::string redirectUri;
    std::string redirectOrigin;
    std::string state;
    std::string codeChallenge;
    std::string loginTicket;
    FormFields fields;  // all of the request but the ticket: what the sign-in page carries along
};

/// The wish; or what to answer instead: a page where it is not known to whom to return (client_id or redirect_uri
/// wrong or repeated), else a redirect with the error.
std::variant<OperatorAuthorizationRequest, http::Response> readOperatorAuthorizationRequest(const OAuthForm& form,
                                                                                            const std::string& issuer,
                                                                                            const std::string& requestId);

/// 303 to `redirectUri` with `fields`, `state` and `iss` (RFC 9207).
http::Response returnTo(const OperatorAuthorizationRequest& authorization, const std::string& issuer, FormFields fields);

/// 400, without any redirect.
http::Response refusalPage(std::string sentence, const std::string& requestId);

}  // namespace polyclinic::authorization_server
