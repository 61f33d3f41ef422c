// Pages and redirects of the authorization endpoint.

#pragma once

#include <string>
#include <string_view>

#include "authorization_server/auth_context.h"
#include "base/encoding.h"
#include "http/message.h"

namespace polyclinic::authorization_server {

/// A page that leads nowhere but to the clinic. `text`: key of a translated text.
http::Response refusal(const AuthContext& context, const http::Request& request, const char* text, int status = 400);
/// 303 to the app with `fields`, its state and `iss` (RFC 9207).
http::Response answerToApp(std::string_view redirectUri, std::string_view issuer, std::string_view state, FormFields fields);
/// 303: the browser goes on with GET.
http::Response seeOther(std::string location);

}  // namespace polyclinic::authorization_server
