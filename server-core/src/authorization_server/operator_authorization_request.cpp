#include "authorization_server/operator_authorization_request.h"

#include <array>

#include "access/scope.h"
#include "accounts/operators.h"
#include "authorization_server/loopback_redirect.h"
#include "authorization_server/pkce.h"
#include "base/url.h"
#include "pages/pages.h"

namespace polyclinic::authorization_server {
namespace {

constexpr std::array<std::string_view, 7> kept{"response_type", "client_id",      "redirect_uri",         "scope",
                                               "state",         "code_challenge", "code_challenge_method"};

/// Error and description of RFC 6749 section 4.1.2.1; an empty error: in order.
std::pair<std::string, std::string> faultOf(const OAuthForm& form) {
    if (form.repeats()) return {"invalid_request", "A parameter is given twice."};
    if (form.has("request")) return {"request_not_supported", "Request objects are not offered."};
    if (form.has("request_uri")) return {"request_uri_not_supported", "Request objects are not offered."};
    if (!form.has("response_type")) return {"invalid_request", "The parameter response_type is missing."};
    if (form.get("response_type") != "code") return {"unsupported_response_type", "Only code is offered."};
    if (form.has("response_mode") && form.get("response_mode") != "query")
        return {"invalid_request", "Only the response mode query is offered."};
    if (form.get("code_challenge_method") != "S256" || !isCodeChallenge(form.get("code_challenge")))
        return {"invalid_request", "A code_challenge with the method S256 is required."};
    if (access::parseScopeList(form.get("scope")).hostile) return {"invalid_scope", "The scope cannot be read."};
    return {};
}

}  // namespace

http::Response refusalPage(std::string sentence, const std::string& requestId) {
    return pages::error(
        {400, "This sign-in cannot go on", std::move(sentence), "Go back to the program that sent you here and start again.", requestId});
}

http::Response returnTo(const OperatorAuthorizationRequest& authorization, const std::string& issuer, FormFields fields) {
    if (!authorization.state.empty()) fields.emplace_back("state", authorization.state);
    fields.emplace_back("iss", issuer);
    http::Response response = http::Response::make(303, {}, {});
    response.headers.set("Location", withQuery(authorization.redirectUri, fields));
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Referrer-Policy", "no-referrer");
    return response;
}

std::variant<OperatorAuthorizationRequest, http::Response> readOperatorAuthorizationRequest(const OAuthForm& form,
                                                                                            const std::string& issuer,
                                                                                            const std::string& requestId) {
    if (form.repeats("client_id") || form.repeats("redirect_uri"))
        return refusalPage("The request names its program or its return address twice.", requestId);
    if (form.get("client_id") != accounts::consoleClient)
        return refusalPage("The program that asks for this sign-in is not known here.", requestId);
    const auto origin = loopbackOrigin(form.get("redirect_uri"));
    if (!origin) return refusalPage("The return address is not one of this computer.", requestId);

    OperatorAuthorizationRequest authorization;
    authorization.redirectUri = form.get("redirect_uri");
    authorization.redirectOrigin = *origin;
    authorization.state = form.get("state");
    authorization.codeChallenge = form.get("code_challenge");
    authorization.loginTicket = form.get("login_ticket");
    for (const auto name : kept)
        if (form.has(name)) authorization.fields.emplace_back(name, form.get(name));
    const auto [error, description] = faultOf(form);
    if (!error.empty()) return returnTo(authorization, issuer, {{"error", error}, {"error_description", description}});
    return authorization;
}

}  // namespace polyclinic::authorization_server
