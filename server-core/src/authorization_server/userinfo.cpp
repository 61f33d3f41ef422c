// Who signed in (OpenID Connect Core section 5.3).

#include <nlohmann/json.hpp>

#include "authorization_server/authorization_server.h"
#include "authorization_server/id_token.h"
#include "authorization_server/oauth_failure.h"

namespace polyclinic::authorization_server {
namespace {

http::Response bearerError(int status, std::string_view error, std::string_view description) {
    const nlohmann::ordered_json body{{"error", error}, {"error_description", description}};
    auto response = tokenAnswer(body.dump());
    response.status = status;
    response.headers.set("WWW-Authenticate", error == "login" ? "Bearer" : "Bearer error=\"" + std::string(error) + '"');
    return response;
}

}  // namespace

Task<http::Response> AuthorizationServer::userinfo(const http::Request& request, AuthContext& context) {
    if (request.headers.count("Authorization") > 1) co_return bearerError(400, "invalid_request", "There are two Authorization headers.");
    std::string text(bearerToken(request));
    if (text.empty() && request.method == http::Method::post && hasMediaType(request, http::formMediaType)) {
        const OAuthForm form(parseForm(request.body).value_or(FormFields()));
        if (!form.repeats()) text = form.get("access_token");
    }
    if (text.empty()) co_return bearerError(401, "login", "An access token is required.");
    const auto token = co_await authenticate(context.tenant, context.realm, text);
    if (!token) co_return bearerError(401, "invalid_token", "The access token is not valid here.");
    if (!holdsScope(token->nonResourceScopes, "openid"))
        co_return bearerError(403, "insufficient_scope", "The scope openid was not granted.");
    const Identity who{context.issuer(), token->subject, context.audience() + '/' + token->fhirUser, token->nonResourceScopes};
    co_return tokenAnswer(userClaims(who).dump());
}

}  // namespace polyclinic::authorization_server
