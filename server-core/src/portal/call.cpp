#include "portal/call.h"

#include "accounts/cookies.h"
#include "accounts/form_token.h"
#include "accounts/patient_summary.h"
#include "base/failure.h"
#include "base/random.h"
#include "base/url.h"

namespace polyclinic::portal {
namespace {

constexpr std::string_view personPurpose = "portal";

Task<Person> personOf(const Call& call, accounts::PersonSession session) {
    Person person{std::move(session), {}, {}};
    const auto patient = person.patient();
    const auto summary = co_await accounts::patientSummary(call.tenant, patient);
    person.name = summary && !summary->fullName().empty() ? summary->fullName() : person.session.username;
    person.theme = pages::pageThemeOf(call.tenant, call.request, person.session.language.value_or(std::string()));
    person.theme.person = person.name;
    person.theme.menu = true;
    person.theme.csrf = accounts::formToken(call.vault, call.session, person.session.cookie, personPurpose);
    co_return person;
}

}  // namespace

std::string Person::patient() const {
    constexpr std::string_view prefix = "Patient/";
    return session.fhirUser.starts_with(prefix) ? session.fhirUser.substr(prefix.size()) : std::string();
}

std::string Call::query(std::string_view name) const {
    std::string value;
    int found = 0;
    for (const auto& [key, text] : parseForm(request.query).value_or(FormFields()))
        if (key == name) {
            value = text;
            ++found;
        }
    return found == 1 ? value : std::string();
}

std::string Call::at(std::string_view page) const { return urlPath(tenant.urls().patientPortal()) + "/" + std::string(page); }

http::Response Call::goTo(std::string_view page) const { return pages::seeOther(at(page)); }

Task<void> Call::note(const accounts::PersonSession& person, std::string action, std::string about) const {
    auto actor = audit::Actor{std::string(realm), person.accountId, request.id, request.peer}.as(person.accountId);
    audit::AuditEntry entry;
    entry.action = 'D';
    entry.interaction = std::move(action);
    entry.resourceId = std::move(about);
    co_await audit.note(tenant, std::move(actor), std::move(entry));
}

void Form::demandToken(const Call& call, std::string_view cookie, std::string_view purpose) const {
    OwnForm::demandToken(accounts::formToken(call.vault, call.session, cookie, purpose));
}

Task<http::Response> forPerson(const Call& call, std::string_view place, std::string_view menu, PersonPage page) {
    auto session = co_await call.accountService.session(call.session, call.request.header("Cookie"));
    if (!session) {
        const bool hadOne = !accounts::cookieValue(call.request.header("Cookie"), accounts::cookieName(call.session)).empty();
        co_return call.goTo("sign-in?notice=" + std::string(hadOne ? "timeout" : "first") + "&from=" + std::string(place));
    }
    auto person = co_await personOf(call, std::move(*session));
    person.theme.place = menu;
    auto response = co_await page(call, std::move(person));
    pages::keepLanguage(call.request, response);
    co_return response;
}

Task<http::Response> forPerson(const Call& call, PersonForm page) {
    const Form form(call);
    auto session = co_await call.accountService.session(call.session, call.request.header("Cookie"));
    if (!session) co_return call.goTo("sign-in?notice=timeout");
    form.demandToken(call, session->cookie, personPurpose);
    auto person = co_await personOf(call, std::move(*session));
    co_return co_await page(call, std::move(person), form);
}

void keepSignIn(const accounts::SignedIn& signedIn, http::Response& response) {
    response.headers.add("Set-Cookie", signedIn.setCookie);
    response.headers.add("Set-Cookie", signedIn.deviceCookie);
}

std::string knownNonce(const Call& call) {
    return accounts::cookieValue(call.request.header("Cookie"), accounts::formCookieName(call.session));
}

Nonce nonceOf(const Call& call) {
    auto known = knownNonce(call);
    if (known.size() >= 32) return {std::move(known), false};
    return {randomToken(), true};
}

void keepNonce(const Call& call, const Nonce& nonce, http::Response& response) {
    if (nonce.fresh) response.headers.add("Set-Cookie", accounts::setCookie(accounts::formCookieName(call.session), nonce.value));
}

pages::PageTheme guestPageTheme(const Call& call, const Nonce& nonce, std::string_view purpose) {
    auto theme = pages::pageThemeOf(call.tenant, call.request);
    theme.csrf = accounts::formToken(call.vault, call.session, nonce.value, purpose);
    return theme;
}

}  // namespace polyclinic::portal
