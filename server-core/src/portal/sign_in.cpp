#include <algorithm>
#include <array>

#include "accounts/cookies.h"
#include "base/failure.h"
#include "oauth/client_store.h"
#include "oauth/redirect_uri.h"
#include "oauth/sealed_request.h"
#include "pages/consent.h"
#include "portal/endpoints.h"

namespace polyclinic::portal {
namespace {

constexpr std::string_view purpose = "sign-in", linkPurpose = "link";

/// Pages that one may come back to after signing in; nothing else is ever followed.
std::string placeOf(const std::string& asked) {
    static constexpr std::array<std::string_view, 5> places{"apps", "activity", "sessions", "account", "account/password"};
    return std::find(places.begin(), places.end(), asked) != places.end() ? asked : "home";
}

Task<std::optional<oauth::AuthRequest>> pendingOf(const Call& call, std::string id) {
    std::optional<oauth::AuthRequest> pending;
    if (id.empty()) co_return pending;
    if (oauth::looksSealed(id)) {
        pending = oauth::openRequest(call.vault, call.tenant.number(), realm, id, call.clock.now());
        if (!pending) co_return pending;
        const auto client = co_await oauth::client_store::find(call.session, pending->client);
        if (client)
            pending->clientName = client->name;
        else
            pending.reset();
        co_return pending;
    }
    pending = co_await oauth::auth_request_store::find(call.session, id, call.clock.now());
    if (pending && pending->state != "started") pending.reset();
    co_return pending;
}

pages::data hiddenField(const std::string& name, const std::string& value) {
    auto field = pages::object();
    pages::put(field, "name", name);
    pages::put(field, "value", value);
    return field;
}

/// Both the first showing and the one after a wrong password (wrongName: what was typed).
struct SignInPage {
    std::string requestId, from, notice;
    std::optional<std::string> wrongName;
};

Task<http::Response> signInPage(const Call& call, SignInPage shown) {
    const auto& [requestId, from, notice, wrongName] = shown;
    const auto nonce = nonceOf(call);
    auto theme = guestPageTheme(call, nonce, purpose);
    const auto& translations = pages::Translations::of(theme.language);
    const auto pending = co_await pendingOf(call, requestId);
    theme.self = call.at("sign-in") + (pending ? "?request=" + percentEncode(requestId) : from.empty() ? "" : "?from=" + placeOf(from));
    auto values = pages::object();
    pages::put(values, "title", translations.text("sign_in_title", {{"clinic", theme.clinic}}));
    auto hidden = pages::list();
    if (pending) {
        theme.redirectOrigin = oauth::redirectOrigin(pending->redirectUri);
        pages::put(values, "lead", translations.text("sign_in_for_app", {{"app", pages::shownName(pending->clientName)}}));
        pages::put(values, "pending", requestId);
        hidden.push_back(hiddenField("request", requestId));
    } else {
        pages::put(values, "lead", translations.text("sign_in_lead"));
        if (!from.empty()) hidden.push_back(hiddenField("from", placeOf(from)));
    }
    values.set("hidden", hidden);
    pages::put(values, "username", wrongName.value_or(std::string()));
    values.set("wrong", wrongName.has_value());
    if (wrongName) pages::putProblem(values, translations.text("sign_in_wrong"), "#username");
    if (!requestId.empty() && !pending) pages::putProblem(values, translations.text("request_over"), {});
    if (notice == "out") {
        pages::put(values, "done", translations.text("signed_out"));
        pages::put(values, "done_more", translations.text("signed_out_more"));
    } else if (notice == "password") {
        pages::put(values, "done", translations.text("password_set"));
    } else if (notice == "timeout") {
        pages::put(values, "notice", translations.text("timed_out"));
    } else if (notice == "first") {
        pages::put(values, "notice", translations.text("sign_in_first"));
    }
    auto response = pages::render(theme, "portal_sign_in", std::move(values), wrongName ? 401 : 200);
    keepNonce(call, nonce, response);
    pages::keepLanguage(call.request, response);
    co_return response;
}

http::Response linkPage(const Call& call, bool wrong) {
    const auto nonce = nonceOf(call);
    auto theme = guestPageTheme(call, nonce, linkPurpose);
    theme.self = call.at("link");
    const auto& translations = pages::Translations::of(theme.language);
    auto values = pages::object();
    pages::put(values, "title", translations.text("link_title"));
    if (wrong) pages::putProblem(values, translations.text("code_wrong"), "#code");
    auto response = pages::render(theme, "portal_link", std::move(values), wrong ? 400 : 200);
    keepNonce(call, nonce, response);
    pages::keepLanguage(call.request, response);
    return response;
}

}  // namespace

Task<http::Response> start(const Call& call) {
    const auto session = co_await call.accountService.session(call.session, call.request.header("Cookie"));
    if (session) co_return call.goTo("home");
    SignInPage page;
    co_return co_await signInPage(call, std::move(page));
}

Task<http::Response> showSignIn(const Call& call) {
    SignInPage page{call.query("request"), call.query("from"), call.query("notice"), std::nullopt};
    co_return co_await signInPage(call, std::move(page));
}

Task<http::Response> signIn(const Call& call) {
    const Form form(call);
    form.demandToken(call, knownNonce(call), purpose);
    const auto requestId = form.get("request"), from = form.get("from");
    auto name = form.get("username");
    auto signedIn = co_await call.accountService.signIn(call.session, name, form.get("password"), call.clientInfo());
    if (!signedIn) {
        SignInPage page{requestId, from, {}, std::move(name)};
        co_return co_await signInPage(call, std::move(page));
    }
    const auto pending = co_await pendingOf(call, requestId);
    auto response = pending ? pages::seeOther(call.tenant.urls().patientAuth() + "/authorize?request=" + percentEncode(requestId))
                            : call.goTo(placeOf(from));
    keepSignIn(*signedIn, response);
    co_return response;
}

Task<http::Response> showLink(const Call& call) { co_return linkPage(call, false); }

Task<http::Response> useLink(const Call& call) {
    const Form form(call);
    form.demandToken(call, knownNonce(call), linkPurpose);
    auto signedIn = co_await call.accountService.signInByCode(call.session, form.get("code"), call.clientInfo());
    if (!signedIn) co_return linkPage(call, true);
    auto response = call.goTo("home");
    keepSignIn(*signedIn, response);
    co_return response;
}

namespace {

Task<http::Response> signOutPerson(const Call& call, Person, const Form&) {
    auto forget = co_await call.accountService.signOut(call.session, call.clientInfo());
    auto response = call.goTo("sign-in?notice=out");
    response.headers.add("Set-Cookie", std::move(forget));
    co_return response;
}

}  // namespace

Task<http::Response> signOut(const Call& call) { return forPerson(call, signOutPerson); }

Task<http::Response> stay(const Call& call) {
    const auto session = co_await call.accountService.session(call.session, call.request.header("Cookie"));
    http::Response response;
    response.status = session ? 204 : 401;
    pages::secure(response);
    co_return response;
}

}  // namespace polyclinic::portal
