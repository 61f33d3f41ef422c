// The authorization endpoint of the operators (authorization_server/operator_auth.h).

#include <algorithm>

#include "accounts/cookies.h"
#include "authorization_server/operator_auth.h"
#include "base/random.h"
#include "pages/pages.h"

namespace polyclinic::authorization_server {
namespace {

constexpr std::chrono::seconds codeLife{60};
constexpr std::string_view tooOld = "This page was open for too long. Sign in again.";
constexpr std::string_view notRight = "The user name or password is not right. Check them and try again.";

std::string cookieName(const std::string& issuer) {
    // The prefix makes browsers refuse a cookie that another host or a plain connection set.
    return issuer.starts_with("https:") ? "__Host-pc-operator" : "pc-operator";
}

/// The nonce of this browser, or nothing.
std::optional<std::string> nonceOf(const http::Request& request, const std::string& name) {
    auto nonce = accounts::cookieValue(request.header("Cookie"), name);
    const auto bytes = base64UrlDecode(nonce);
    if (!bytes || bytes->size() != 32) return std::nullopt;
    return nonce;
}

std::string waitSentence(int seconds) {
    const int minutes = (seconds + 59) / 60;
    return "Too many tries failed. Wait " + std::to_string(minutes) + (minutes == 1 ? " minute" : " minutes") + " and try again.";
}

}  // namespace

std::string OperatorAuth::formToken(std::string_view nonce, const OperatorAuthorizationRequest& authorization) const {
    return base64UrlEncode(hmacSha256(formKey_, std::string(nonce) + '\n' + encodeForm(authorization.fields)));
}

http::Response OperatorAuth::showSignIn(const http::Request& request, const OperatorAuthorizationRequest& authorization, int status,
                                        std::string error, std::string username) const {
    const std::string name = cookieName(settings_.issuer);
    const auto known = nonceOf(request, name);
    const std::string nonce = known ? *known : randomToken();
    pages::SignIn page;
    page.hidden = authorization.fields;
    page.hidden.emplace_back(http::OwnForm::tokenField, formToken(nonce, authorization));
    page.username = std::move(username);
    page.error = std::move(error);
    // The console of this server comes with a ticket and sees no page; a loopback address proves nobody (RFC 8252 section 8.6).
    page.program = accounts::consoleClient;
    page.address = authorization.redirectUri;
    page.redirectOrigin = authorization.redirectOrigin;
    auto response = pages::signIn(status, page);
    if (!known)
        response.headers.add("Set-Cookie",
                             name + "=" + nonce + "; Path=/; HttpOnly; SameSite=Lax" + (name.starts_with("__Host-") ? "; Secure" : ""));
    return response;
}

accounts::OperatorToken OperatorAuth::codeFor(const OperatorAuthorizationRequest& authorization, std::string_view code,
                                              std::string_view grantId) const {
    return {accounts::OperatorTokenKind::code, sha256(code), std::string(grantId), clock_.now() + codeLife, authorization.redirectUri,
            authorization.codeChallenge};
}

Task<http::Response> OperatorAuth::authorize(const http::Request& request) {
    const bool post = request.method == http::Method::post;
    if (!post && request.method != http::Method::get && request.method != http::Method::head)
        throw Failure(FailureKind::methodNotAllowed, "Only GET and POST work here.");
    if (post && !hasMediaType(request, http::formMediaType)) co_return refusalPage("The request is not a form.", request.id);
    auto fields = parseForm(post ? std::string_view(request.body) : std::string_view(request.query));
    if (!fields || request.body.size() > 64 * 1024) co_return refusalPage("The request cannot be read.", request.id);
    const OAuthForm form(std::move(*fields));

    if (post && !form.has(http::OwnForm::tokenField)) {
        // From another site: as GET it comes with our own cookie.
        auto response = http::Response::make(303, {}, {});
        response.headers.set("Location", settings_.issuer + "/authorize?" + encodeForm(form.fields()));
        response.headers.set("Cache-Control", "no-store");
        co_return response;
    }
    auto read = readOperatorAuthorizationRequest(form, settings_.issuer, request.id);
    if (auto* answer = std::get_if<http::Response>(&read)) co_return std::move(*answer);
    OperatorAuthorizationRequest authorization = std::get<OperatorAuthorizationRequest>(std::move(read));
    if (post) co_return co_await signInSubmitted(request, form, std::move(authorization));
    if (authorization.loginTicket.empty() || request.method == http::Method::head)
        co_return showSignIn(request, authorization, 200, {}, {});

    const auto taken = co_await accounts::operator_store::take(operators_.session(), accounts::OperatorTokenKind::ticket,
                                                               sha256(authorization.loginTicket), accounts::consoleClient, clock_.now());
    if (!taken) co_return showSignIn(request, authorization, 200, std::string(tooOld), {});
    const std::string code = randomToken();
    std::vector<accounts::OperatorToken> tokens;
    tokens.push_back(codeFor(authorization, code, taken->grant.id));
    const bool added = co_await accounts::operator_store::addTokens(operators_.session(), tokens);
    if (!added) co_return showSignIn(request, authorization, 200, std::string(tooOld), {});
    co_return returnTo(authorization, settings_.issuer, {{"code", code}});
}

Task<http::Response> OperatorAuth::signInSubmitted(const http::Request& request, const OAuthForm& form,
                                                   OperatorAuthorizationRequest authorization) {
    std::string username(form.get("username"));
    const auto nonce = nonceOf(request, cookieName(settings_.issuer));
    const auto sent = http::OwnForm::read(request);
    const auto* own = std::get_if<http::OwnForm>(&sent);
    if (!own || !nonce || !own->holdsToken(formToken(*nonce, authorization)))
        co_return showSignIn(request, authorization, 403, std::string(tooOld), {});

    if (form.get("decision") == "deny")
        co_return returnTo(authorization, settings_.issuer,
                           {{"error", "access_denied"}, {"error_description", "The person did not allow it."}});
    std::optional<accounts::OperatorAccount> account;
    std::optional<http::Response> refusal;
    try {
        account = co_await checkPassword(username, std::string(form.get("password")), request);
    } catch (const Failure& failure) {
        if (failure.kind() == FailureKind::tooManyRequests) {
            const int seconds = std::max(failure.retryAfter(), 1);
            refusal = showSignIn(request, authorization, 429, waitSentence(seconds), username);
            refusal->headers.set("Retry-After", std::to_string(seconds));
        } else if (failure.kind() == FailureKind::badRequest) {
            refusal = showSignIn(request, authorization, 400, std::string(notRight), username);
        } else {
            throw;
        }
    }
    if (refusal) co_return std::move(*refusal);
    if (!account) co_return showSignIn(request, authorization, 400, std::string(notRight), username);

    const std::string code = randomToken();
    const auto grant = newGrant(*account);
    std::vector<accounts::OperatorToken> tokens;
    tokens.push_back(codeFor(authorization, code, grant.id));
    co_await accounts::operator_store::addGrant(operators_.session(), grant, tokens);
    co_return returnTo(authorization, settings_.issuer, {{"code", code}});
}

}  // namespace polyclinic::authorization_server
