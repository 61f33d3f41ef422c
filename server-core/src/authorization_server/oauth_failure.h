// What authorization servers answer when they refuse (RFC 6749 section 5.2).

#pragma once

#include <string>
#include <string_view>

#include "base/failure.h"
#include "http/message.h"

namespace polyclinic::authorization_server {

/// `code()` is the error of RFC 6749, e.g. "invalid_grant"; publicMessage() becomes error_description.
class OAuthFailure : public Failure {
  public:
    OAuthFailure(std::string code, std::string publicMessage);
    /// 429, the same for clients that exist and for those that do not.
    static OAuthFailure tooManyTries(int seconds);
};

/// JSON {"error", "error_description"} with no-store; 401 and WWW-Authenticate for invalid_client.
http::Response toResponse(const OAuthFailure& failure);
/// The same for any failure that leaves a handler of auth/: the writer of these routes. Logged text stays inside.
http::Response toOAuthResponse(const Failure& failure);

/// 200 with `body` as JSON; never kept by caches (RFC 6749 section 5.1).
http::Response tokenAnswer(std::string body);

}  // namespace polyclinic::authorization_server
