// The authorization endpoint (authorization_server/authorization_server.h; RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2).

#include <algorithm>

#include "authorization_server/authorization_server.h"
#include "authorization_server/authorize_answers.h"
#include "base/random.h"
#include "oauth/client_store.h"
#include "oauth/redirect_uri.h"
#include "oauth/sealed_request.h"
#include "pages/pages.h"

namespace polyclinic::authorization_server {
namespace {

std::string signInFor(const AuthContext& context, const std::string& request) { return context.signIn() + "?request=" + request; }

/// Registered letter for letter (RFC 6749 section 3.1.2.3). What could not be registered today is not followed either.
bool isRedirectOf(const oauth::Client& client, const std::string& uri) {
    return std::ranges::find(client.redirectUris, uri) != client.redirectUris.end() && !oauth::redirectUriFault(uri);
}

http::Response nobodySignsIn(const http::Request& request) {
    return pages::error({400, "Nobody signs in here", "This address is for programs of the clinic that have a secret of their own.",
                         "If an app sent you here, its address for signing in is not the right one. "
                         "Ask the people who made it, or your clinic.",
                         request.id});
}

}  // namespace

Task<http::Response> AuthorizationServer::authorize(const http::Request& request, AuthContext& context) {
    if (!context.realm.forPeople()) co_return nobodySignsIn(request);
    const bool post = request.method == http::Method::post;
    if (post && !hasMediaType(request, http::formMediaType)) co_return refusal(context, request, "request_unreadable");
    auto fields = parseForm(post ? std::string_view(request.body) : std::string_view(request.query));
    if (!fields) co_return refusal(context, request, "request_unreadable");
    const OAuthForm form(std::move(*fields));
    // The own address of a request that was checked before; an app's `request` would be a request object.
    if (!post && form.has("request") && !form.has("client_id") && !form.repeats())
        co_return co_await resume(request, std::string(form.get("request")), context);
    co_return co_await begin(request, form, context);
}

Task<http::Response> AuthorizationServer::begin(const http::Request& request, const OAuthForm& form, AuthContext& context) {
    // Until client and address are certain nobody is sent anywhere (RFC 6749 section 4.1.2.1).
    const std::string clientId(form.get("client_id"));
    if (form.repeats("client_id") || form.repeats("redirect_uri")) co_return refusal(context, request, "request_unreadable");
    std::optional<oauth::Client> client;
    if (!clientId.empty() && clientId.size() <= 200) client = co_await oauth::client_store::find(context.session, clientId);
    if (!client || client->kind != context.realm.clientKind || client->disabled) co_return refusal(context, request, "request_unknown_app");
    const std::string redirectUri(form.get("redirect_uri"));
    if (!isRedirectOf(*client, redirectUri)) co_return refusal(context, request, "request_unknown_address");

    auto [authorization, fault] = readRequest(form, context.audience());
    if (!fault) {
        const auto offer = grantableOf(context.realm, authorization.scope, client->scopes);
        if (offer.empty()) fault = RequestFault{"invalid_scope", "No scope that was asked for can be granted."};
    }
    if (fault)
        co_return answerToApp(redirectUri, context.issuer(), authorization.state,
                              {{"error", fault->error}, {"error_description", fault->description}});

    oauth::AuthRequest pending;
    pending.id = randomToken();
    pending.client = client->id;
    pending.redirectUri = redirectUri;
    pending.parameters = authorization.toJson();
    pending.created = clock_.now();
    pending.expires = pending.created + context.realm.requestLife;
    if (authorization.signInAgain)
        pending.signedInSince = pending.created;
    else if (authorization.maxAge)
        pending.signedInSince = pending.created - std::chrono::seconds(*authorization.maxAge);
    const auto sealed = oauth::sealRequest(vault_, context.tenant.number(), context.realm.name, pending);
    if (sealed.size() > oauth::longestSealedRequest)
        co_return answerToApp(redirectUri, context.issuer(), {},
                              {{"error", "invalid_request"}, {"error_description", "The request is too long."}});
    // A page of another site posts without our cookie; on the way to our own address the browser brings it.
    if (request.method == http::Method::post || authorization.silent) co_return seeOther(context.issuer() + "/authorize?request=" + sealed);
    const auto person = co_await accountService_.session(context.session, request.header("Cookie"));
    if (!person || person->started < pending.signedInSince) co_return seeOther(signInFor(context, sealed));
    co_return seeOther(context.issuer() + "/authorize?request=" + sealed);
}

Task<AuthorizationServer::PendingRequest> AuthorizationServer::pendingOf(std::string text, AuthContext& context) {
    const auto now = clock_.now();
    const auto realm = context.realm.name;
    PendingRequest pending;
    std::string id = text;
    if (oauth::looksSealed(text)) {
        pending.request = oauth::openRequest(vault_, context.tenant.number(), realm, text, now);
        if (!pending.request) co_return pending;
        id = pending.request->id;
    }
    auto row = co_await oauth::auth_request_store::find(context.session, id, now);
    pending.stored = row.has_value();
    if (row) pending.request = std::move(row);
    co_return pending;
}

Task<std::variant<AuthorizationServer::ConsentPrompt, http::Response>> AuthorizationServer::promptOf(const http::Request& request,
                                                                                                     std::string text,
                                                                                                     AuthContext& context) {
    auto found = co_await pendingOf(text, context);
    auto& pending = found.request;
    if (!pending) co_return refusal(context, request, "request_over");
    if (pending->state != "started") co_return refusal(context, request, "request_answered");
    auto client = co_await oauth::client_store::find(context.session, pending->client);
    if (!client || client->disabled || client->kind != context.realm.clientKind || !isRedirectOf(*client, pending->redirectUri))
        co_return refusal(context, request, "request_unknown_app");
    auto authorization = AuthorizationRequest::fromJson(pending->parameters);
    auto person = co_await accountService_.session(context.session, request.header("Cookie"));
    const bool signedIn = person && person->started >= pending->signedInSince;
    if (authorization.silent) {
        // Consent is always asked for, so that nothing can be had in silence (OpenID Connect Core section 3.1.2.6).
        if (found.stored) co_await oauth::auth_request_store::refuse(context.session, pending->id);
        co_return answerToApp(
            pending->redirectUri, context.issuer(), authorization.state,
            {{"error", signedIn ? "consent_required" : "login_required"}, {"error_description", "The person must be asked."}});
    }
    if (!signedIn) co_return seeOther(signInFor(context, text));
    auto offer = grantableOf(context.realm, authorization.scope, client->scopes);
    if (offer.empty()) co_return refusal(context, request, "request_nothing_left");
    if (!found.stored) co_await oauth::auth_request_store::add(context.session, *pending);
    ConsentPrompt prompt{std::move(*pending), std::move(*client), std::move(*person), std::move(authorization), std::move(offer)};
    co_return std::move(prompt);
}

Task<http::Response> AuthorizationServer::resume(const http::Request& request, std::string id, AuthContext& context) {
    auto found = co_await promptOf(request, std::move(id), context);
    if (auto* answer = std::get_if<http::Response>(&found)) co_return std::move(*answer);
    const auto& prompt = std::get<ConsentPrompt>(found);
    co_return co_await showConsent(request, context, prompt, nullptr, {});
}

}  // namespace polyclinic::authorization_server
