// What a person is asked, and what becomes of the answer (authorization_server/authorization_server.h; SMART App Launch 2.2, "Best
// Practices").

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "accounts/form_token.h"
#include "accounts/patient_summary.h"
#include "authorization_server/authorization_server.h"
#include "authorization_server/authorize_answers.h"
#include "base/random.h"
#include "base/text.h"
#include "base/url.h"
#include "oauth/client_store.h"
#include "oauth/grant_store.h"
#include "oauth/redirect_uri.h"
#include "pages/consent.h"
#include "pages/page_theme.h"
#include "pages/sentences.h"
#include "records/patient_resource_types.h"

namespace polyclinic::authorization_server {
namespace {

std::string purposeOf(const oauth::AuthRequest& pending) { return "consent|" + pending.id; }

/// The id of the Patient that an account is; empty for accounts of others.
std::string patientOf(std::string_view fhirUser) {
    constexpr std::string_view prefix = "Patient/";
    return fhirUser.starts_with(prefix) ? std::string(fhirUser.substr(prefix.size())) : std::string();
}

std::vector<std::string> ticksOf(const OAuthForm& form) {
    std::vector<std::string> ticks;
    for (const auto& [name, value] : form.fields())
        if (name == "scope") ticks.push_back(value);
    return ticks;
}

bool holds(const std::vector<std::string>& nonResourceScopes, std::string_view word) {
    return std::find(nonResourceScopes.begin(), nonResourceScopes.end(), word) != nonResourceScopes.end();
}

/// What the app's makers answered to the prompts of a privacy notice.
std::vector<std::pair<std::string, std::string>> privacyAnswersOf(const oauth::Client& client) {
    std::vector<std::pair<std::string, std::string>> privacyAnswers;
    if (!client.privacyAnswers) return privacyAnswers;
    const auto json = nlohmann::ordered_json::parse(*client.privacyAnswers, nullptr, false);
    if (!json.is_object()) return privacyAnswers;
    for (const auto& [prompt, answer] : json.items())
        if (answer.is_string()) privacyAnswers.emplace_back(prompt, answer.get<std::string>());
    return privacyAnswers;
}

bool asksForEverything(const access::ScopeSet& scopes) {
    return std::ranges::any_of(scopes.scopes(), [](const auto& scope) { return scope.type == "*"; });
}

std::string joinedWithout(std::vector<std::string> nonResourceScopes, std::string_view word) {
    std::erase(nonResourceScopes, word);
    return joined(nonResourceScopes, " ");
}

}  // namespace

Task<http::Response> AuthorizationServer::showConsent(const http::Request& request, AuthContext& context, const ConsentPrompt& prompt,
                                                      const OAuthForm* answered, std::string problem) {
    const auto& [pending, client, person, authorization, offer] = prompt;
    const auto patient = patientOf(person.fhirUser);
    const auto privacyAnswers = co_await accounts::patientSummary(context.tenant, patient);
    pages::ConsentPage page;
    page.action = urlPath(context.issuer()) + "/consent";
    page.hidden = {{"request", pending.id}};
    page.person = privacyAnswers && !privacyAnswers->fullName().empty() ? privacyAnswers->fullName() : person.username;
    page.notYou = urlPath(context.signIn()) + "?request=" + pending.id;
    page.app = client.name;
    page.level = context.realm.level;
    page.publisher = client.publisher.value_or(std::string());
    page.redirectHost = oauth::redirectHost(pending.redirectUri);
    page.clientId = client.id;
    page.policyUri = client.policyUri.value_or(std::string());
    page.termsUri = client.termsUri.value_or(std::string());
    page.privacyAnswers = privacyAnswersOf(client);
    page.scopes = offer.scopes;
    page.nonResourceScopes = offer.nonResourceScopes;
    page.now = clock_.now();
    // Shown again, the boxes are the same, even if the record was added to in the meantime.
    if (answered)
        page.resourceTypes = wordsOf(answered->get("kinds"));
    else if (asksForEverything(offer.scopes) && context.realm.isOfOnePatient())
        page.resourceTypes = co_await records::kindsOfPatient(context.tenant, patient);
    const oauth::GrantFilter standing{std::string(context.realm.name), person.accountId, client.id, true};
    const auto before = co_await oauth::grant_store::list(context.session, standing, {}, 1, page.now);
    if (!before.grants.empty()) {
        page.since = before.grants.front().created;
        const auto& former = before.grants.front();
        page.before.emplace();
        page.before->granted = access::ScopeSet::fromJson(former.scopes);
        if (!former.offered.empty()) page.before->offered = access::ScopeSet::fromJson(former.offered);
    }
    if (answered) {
        page.again = true;
        page.ticked = ticksOf(*answered);
        page.duration = answered->get("duration");
    }
    page.problem = std::move(problem);

    auto theme = pages::pageThemeOf(context.tenant, request, person.language.value_or(std::string()));
    theme.person = page.person;
    theme.csrf = accounts::formToken(vault_, context.session, person.cookie, purposeOf(pending));
    theme.redirectOrigin = oauth::redirectOrigin(pending.redirectUri);
    theme.self = urlPath(context.issuer()) + "/authorize?request=" + pending.id;
    auto response = pages::consentPage(theme, page, answered ? 400 : 200);
    pages::keepLanguage(request, response);
    co_return response;
}

Task<http::Response> AuthorizationServer::consent(const http::Request& request, AuthContext& context) {
    const auto sent = http::OwnForm::read(request);
    const auto* own = std::get_if<http::OwnForm>(&sent);
    if (!own && std::get<http::OwnForm::Fault>(sent) == http::OwnForm::Fault::foreign)
        co_return refusal(context, request, "request_foreign", 403);
    if (!own) co_return refusal(context, request, "request_unreadable");
    const OAuthForm form(own->fields());
    constexpr std::array<std::string_view, 5> single{"request", http::OwnForm::tokenField, "decision", "duration", "kinds"};
    for (const auto once : single)
        if (form.repeats(once)) co_return refusal(context, request, "request_unreadable");

    auto found = co_await promptOf(request, std::string(form.get("request")), context);
    if (auto* answer = std::get_if<http::Response>(&found)) co_return std::move(*answer);
    const auto& prompt = std::get<ConsentPrompt>(found);
    const auto& pending = prompt.pending;
    if (!own->holdsToken(accounts::formToken(vault_, context.session, prompt.person.cookie, purposeOf(pending))))
        co_return refusal(context, request, "request_foreign", 403);

    if (form.get("decision") == "allow") co_return co_await allow(request, form, context, prompt);
    if (form.get("decision") != "deny") co_return refusal(context, request, "request_unreadable");
    const bool refused = co_await oauth::auth_request_store::refuse(context.session, pending.id);
    if (!refused) co_return refusal(context, request, "request_answered");
    co_await notePerson(context, request, prompt.person.accountId, "consent-refused", pending.client);
    co_return answerToApp(pending.redirectUri, context.issuer(), prompt.authorization.state,
                          {{"error", "access_denied"}, {"error_description", "The person did not allow it."}});
}

Task<http::Response> AuthorizationServer::allow(const http::Request& request, const OAuthForm& form, AuthContext& context,
                                                const ConsentPrompt& prompt) {
    const auto& [pending, client, person, authorization, offer] = prompt;
    const auto now = clock_.now();
    const auto patient = patientOf(person.fhirUser);
    if (context.realm.isOfOnePatient() && patient.empty()) co_return refusal(context, request, "request_no_record");

    const auto granted = consent::chosenScopes(offer.scopes, offer.nonResourceScopes, ticksOf(form), wordsOf(form.get("kinds")));
    if (granted.empty() && !offer.scopes.empty()) {
        auto page = co_await showConsent(request, context, prompt, &form, "error_nothing_ticked");
        co_return page;
    }
    // Without a refresh token access ends with the access token, which an app fetches within the life of its code.
    const bool lasting = holds(offer.nonResourceScopes, "offline_access") && form.get("duration") != "hour";
    Timestamp ends = now + context.realm.lifeOf(client) + context.realm.codeLife;
    if (lasting) {
        const auto chosen = consent::endOf(form.get("duration"), now);
        if (!chosen) {
            auto page = co_await showConsent(request, context, prompt, &form, "error_duration");
            co_return page;
        }
        ends = *chosen;
    }
    const std::string code = randomToken();
    oauth::ConsentDecision decision;
    decision.request = pending.id;
    decision.session = person.id;
    decision.account = person.accountId;
    decision.authTime = person.started;
    decision.codeHash = sha256(code);
    decision.codeExpires = now + context.realm.codeLife;
    decision.grant = randomUuid();
    decision.family = randomUuid();
    decision.patient = patient;
    decision.scopes = granted.toJson();
    decision.nonResourceScopes = joinedWithout(offer.nonResourceScopes, lasting ? "" : "offline_access");
    decision.ends = ends;
    decision.endChosen = holds(offer.nonResourceScopes, "offline_access");
    decision.offered = offer.scopes.toJson();
    const bool decided = co_await oauth::auth_request_store::decide(context.session, decision, now);
    if (!decided) co_return refusal(context, request, "request_answered");
    co_await notePerson(context, request, person.accountId, "consent", pending.client);
    co_return answerToApp(pending.redirectUri, context.issuer(), authorization.state, {{"code", code}});
}

}  // namespace polyclinic::authorization_server
