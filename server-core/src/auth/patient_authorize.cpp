// The authorization endpoint (auth/patient_auth.h; RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2).

#include <algorithm>

#include "auth/patient_auth.h"
#include "auth/patient_pages.h"
#include "auth/patient_realm.h"
#include "base/random.h"
#include "store/client_store.h"

namespace polyclinic::auth {
namespace {

std::string portalSignIn(const PersonAuthContext& tenant, const std::string& request) {
    return tenant.portal + "/sign-in?request=" + request;
}

}  // namespace

Task<http::Response> PatientAuth::authorize(const http::Request& request, PersonAuthContext& tenant) {
    const bool post = request.method == http::Method::post;
    if (post && !hasMediaType(request, "application/x-www-form-urlencoded"))
        co_return refusal(tenant, request, "request_unreadable");
    auto fields = parseForm(post ? std::string_view(request.body) : std::string_view(request.query));
    if (!fields) co_return refusal(tenant, request, "request_unreadable");
    const OAuthForm form(std::move(*fields));
    // The own address of a request that was checked before; an app's `request` would be a request object.
    if (!post && form.has("request") && !form.has("client_id") && !form.repeats())
        co_return co_await resume(request, std::string(form.get("request")), tenant);
    co_return co_await begin(request, form, tenant);
}

Task<http::Response> PatientAuth::begin(const http::Request& request, const OAuthForm& form, PersonAuthContext& tenant) {
    // Until client and address are certain nobody is sent anywhere (RFC 6749 section 4.1.2.1).
    const std::string clientId(form.get("client_id"));
    if (form.repeats("client_id") || form.repeats("redirect_uri"))
        co_return refusal(tenant, request, "request_unreadable");
    std::optional<store::Client> client;
    if (!clientId.empty() && clientId.size() <= 200) client = co_await store::clients::find(tenant.session, clientId);
    if (!client || client->kind != clientKind || client->disabled)
        co_return refusal(tenant, request, "request_unknown_app");
    const std::string redirectUri(form.get("redirect_uri"));
    const auto& registered = client->redirectUris;
    if (std::find(registered.begin(), registered.end(), redirectUri) == registered.end())
        co_return refusal(tenant, request, "request_unknown_address");

    auto [wish, fault] = readWish(form, tenant.fhirApi);
    if (!fault) {
        const auto offer = offerOf(wish.scope, client->scopes);
        if (offer.scopes.empty() && offer.words.empty())
            fault = WishFault{"invalid_scope", "No scope that was asked for can be granted."};
    }
    if (fault)
        co_return answerToApp(redirectUri, tenant.issuer, wish.state,
                              {{"error", fault->error}, {"error_description", fault->description}});

    store::AuthRequest pending;
    pending.id = randomToken();
    pending.client = client->id;
    pending.redirectUri = redirectUri;
    pending.wish = wish.toJson();
    pending.created = clock_.now();
    pending.expires = pending.created + requestLife;
    if (wish.signInAgain) pending.signedInSince = pending.created;
    else if (wish.maxAge) pending.signedInSince = pending.created - std::chrono::seconds(*wish.maxAge);
    co_await store::auth_requests::add(tenant.session, realm, pending);
    // A page of another site posts without our cookie; on the way to our own address the browser brings it.
    if (request.method == http::Method::post || wish.silent) co_return seeOther(tenant.issuer + "/authorize?request=" + pending.id);
    const auto person = co_await people_.session(tenant.tenant, realm, request.header("Cookie"));
    if (!person || person->started < pending.signedInSince) co_return seeOther(portalSignIn(tenant, pending.id));
    co_return seeOther(tenant.issuer + "/authorize?request=" + pending.id);
}

Task<std::variant<PatientAuth::Question, http::Response>> PatientAuth::questionOf(const http::Request& request, std::string id,
                                                                                  PersonAuthContext& tenant) {
    const auto now = clock_.now();
    std::optional<store::AuthRequest> pending;
    if (id.size() <= 100) pending = co_await store::auth_requests::find(tenant.session, realm, id, now);
    if (!pending) co_return refusal(tenant, request, "request_over");
    if (pending->state != "started") co_return refusal(tenant, request, "request_answered");
    auto client = co_await store::clients::find(tenant.session, pending->client);
    if (!client || client->disabled || client->kind != clientKind ||
        std::find(client->redirectUris.begin(), client->redirectUris.end(), pending->redirectUri) == client->redirectUris.end())
        co_return refusal(tenant, request, "request_unknown_app");
    auto wish = AuthorizeWish::fromJson(pending->wish);
    auto person = co_await people_.session(tenant.tenant, realm, request.header("Cookie"));
    const bool signedIn = person && person->started >= pending->signedInSince;
    if (wish.silent) {
        // Consent is always asked for, so that nothing can be had in silence (OpenID Connect Core section 3.1.2.6).
        co_await store::auth_requests::refuse(tenant.session, realm, pending->id);
        co_return answerToApp(pending->redirectUri, tenant.issuer, wish.state,
                              {{"error", signedIn ? "consent_required" : "login_required"},
                               {"error_description", "The person must be asked."}});
    }
    if (!signedIn) co_return seeOther(portalSignIn(tenant, pending->id));
    auto offer = offerOf(wish.scope, client->scopes);
    if (offer.scopes.empty() && offer.words.empty())
        co_return refusal(tenant, request, "request_nothing_left");
    Question question{std::move(*pending), std::move(*client), std::move(*person), std::move(wish), std::move(offer)};
    co_return std::move(question);
}

Task<http::Response> PatientAuth::resume(const http::Request& request, std::string id, PersonAuthContext& tenant) {
    auto found = co_await questionOf(request, std::move(id), tenant);
    if (auto* answer = std::get_if<http::Response>(&found)) co_return std::move(*answer);
    const auto& question = std::get<Question>(found);
    co_return co_await showConsent(request, tenant, question, nullptr, {});
}

}  // namespace polyclinic::auth
