// A code of the clinic becomes a password, in three short pages: code, birth date, password. What was typed so far
// travels sealed in a cookie of this browser, so that no address and no page holds it.

#include <charconv>
#include <nlohmann/json.hpp>

#include "accounts/cookies.h"
#include "base/failure.h"
#include "base/text.h"
#include "portal/endpoints.h"
#include "portal/password_labels.h"

namespace polyclinic::portal {
namespace {

constexpr std::string_view purpose = "activate", sealPurpose = "portal-code";
constexpr auto stepLife = std::chrono::minutes(15);

struct Steps {
    std::string code, birthDate, username, request;
    bool reset = false;
};

std::string cookieName(const Call& call) {
    return accounts::cookieName(realm, call.tenant.id() + ".code", call.tenant.urls().base().starts_with("https://"));
}

std::string boundTo(const Call& call, const std::string& nonce) { return std::to_string(call.tenant.number()) + '|' + nonce; }

void keepSteps(const Call& call, const Steps& steps, http::Response& response) {
    const nlohmann::json json{{"code", steps.code},       {"birth", steps.birthDate}, {"name", steps.username},
                              {"request", steps.request}, {"reset", steps.reset},     {"until", (call.clock.now() + stepLife).micros}};
    const auto sealed = call.vault.seal(sealPurpose, boundTo(call, knownNonce(call)), json.dump());
    response.headers.add("Set-Cookie", accounts::setCookie(cookieName(call), base64UrlEncode(sealed)));
}

void forgetSteps(const Call& call, http::Response& response) {
    response.headers.add("Set-Cookie", accounts::clearCookie(cookieName(call)));
}

std::optional<Steps> stepsOf(const Call& call) {
    const auto sealed = base64UrlDecode(accounts::cookieValue(call.request.header("Cookie"), cookieName(call)));
    if (!sealed || sealed->empty()) return std::nullopt;
    const auto text = call.vault.open(sealPurpose, boundTo(call, knownNonce(call)), *sealed);
    if (!text) return std::nullopt;
    const auto json = nlohmann::json::parse(*text);
    if (json.at("until").get<std::int64_t>() < call.clock.now().micros) return std::nullopt;
    return Steps{json.at("code"), json.at("birth"), json.at("name"), json.at("request"), json.at("reset")};
}

struct Shown {
    int step = 1;
    std::string page, title;
    std::string problem, at;  // empty: none
};

http::Response stepPage(const Call& call, const Shown& shown, pages::data values) {
    const auto nonce = nonceOf(call);
    auto theme = guestPageTheme(call, nonce, purpose);
    const auto& translations = pages::Translations::of(theme.language);
    theme.self = call.at(shown.page);
    pages::put(values, "title", translations.text(shown.title));
    pages::put(values, "step", translations.text("step_of", {{"step", std::int64_t(shown.step)}, {"steps", std::int64_t(3)}}));
    if (!shown.problem.empty()) pages::putProblem(values, shown.problem, shown.at);
    auto response = pages::render(theme, "portal_code", std::move(values), shown.problem.empty() ? 200 : 400);
    keepNonce(call, nonce, response);
    pages::keepLanguage(call.request, response);
    return response;
}

const pages::Translations& translationsOf(const Call& call) {
    return pages::Translations::of(pages::pageThemeOf(call.tenant, call.request).language);
}

/// The same for codes that are wrong, over, used up or were never given.
std::string codeProblem(const Call& call) {
    const auto& phone = call.tenant.record().tenant.phone;
    return phone.empty() ? translationsOf(call).text("code_wrong") : translationsOf(call).text("code_wrong_call", {{"phone", phone}});
}

http::Response codePage(const Call& call, std::string request, std::string problem) {
    auto values = pages::object();
    values.set("ask_code", true);
    pages::put(values, "pending", request.size() <= 2000 ? request : "");
    return stepPage(call, {1, "activate", "code_title", std::move(problem), "#code"}, std::move(values));
}

http::Response birthPage(const Call& call, const Form* form, std::string problem) {
    auto values = pages::object();
    values.set("ask_birth", true);
    for (const std::string part : {"day", "month", "year"}) pages::put(values, part, form ? form->get(part) : "");
    return stepPage(call, {2, "activate/birth-date", "birth_title", std::move(problem), "#day"}, std::move(values));
}

http::Response passwordPage(const Call& call, const Steps& steps, std::string problem) {
    auto values = pages::object();
    values.set("ask_password", true);
    values.set("offer_stop", steps.reset);
    pages::put(values, "account_name", steps.username);
    pages::put(values, "password_lead", translationsOf(call).text("your_user_name", {{"username", steps.username}}));
    const auto* title = steps.reset ? "reset_password_title" : "password_title";
    return stepPage(call, {3, "activate/password", title, std::move(problem), "#password"}, std::move(values));
}

/// "1984-03-27"; empty for what is no day.
std::string dateOf(const Form& form) {
    int parts[3] = {0, 0, 0};
    const char* names[3] = {"year", "month", "day"};
    for (int i = 0; i < 3; ++i) {
        const auto typed = form.get(names[i]);
        const auto text = trimmed(typed);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), parts[i]);
        if (error != std::errc() || end != text.data() + text.size()) return {};
    }
    if (parts[0] < 1800 || parts[0] > 9999 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31) return {};
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02d-%02d", parts[0], parts[1], parts[2]);
    return text;
}

}  // namespace

Task<http::Response> showCode(const Call& call) { co_return codePage(call, call.query("request"), {}); }

Task<http::Response> takeCode(const Call& call) {
    const Form form(call);
    form.demandToken(call, knownNonce(call), purpose);
    Steps steps;
    steps.code = form.get("code");
    steps.request = form.get("request");
    const auto holder = co_await call.accountService.checkCode(call.session, steps.code, call.clientInfo());
    if (!holder || holder->purpose == accounts::CodePurpose::signIn) co_return codePage(call, steps.request, codeProblem(call));
    steps.reset = holder->purpose == accounts::CodePurpose::reset;
    auto response = call.goTo("activate/birth-date");
    keepSteps(call, steps, response);
    co_return response;
}

Task<http::Response> showBirthDate(const Call& call) {
    if (!stepsOf(call)) co_return call.goTo("activate");
    co_return birthPage(call, nullptr, {});
}

Task<http::Response> takeBirthDate(const Call& call) {
    const Form form(call);
    form.demandToken(call, knownNonce(call), purpose);
    auto steps = stepsOf(call);
    if (!steps) co_return call.goTo("activate");
    steps->birthDate = dateOf(form);
    if (steps->birthDate.empty()) co_return birthPage(call, &form, codeProblem(call));
    const auto holder = co_await call.accountService.checkBirthDate(call.session, steps->code, steps->birthDate, call.clientInfo());
    if (!holder) co_return birthPage(call, &form, codeProblem(call));
    steps->username = holder->username;
    auto response = call.goTo("activate/password");
    keepSteps(call, *steps, response);
    co_return response;
}

Task<http::Response> showNewPassword(const Call& call) {
    const auto steps = stepsOf(call);
    if (!steps || steps->username.empty()) co_return call.goTo("activate");
    co_return passwordPage(call, *steps, {});
}

Task<http::Response> takeNewPassword(const Call& call) {
    const Form form(call);
    form.demandToken(call, knownNonce(call), purpose);
    const auto steps = stepsOf(call);
    if (!steps || steps->username.empty()) co_return call.goTo("activate");
    std::optional<accounts::Activated> done;
    std::string problem;
    try {
        done = co_await call.accountService.useCode(call.session, steps->code, steps->birthDate, form.get("password"),
                                                    form.get("stop_apps") == "yes", call.clientInfo());
    } catch (const accounts::UnfitPassword& unfit) {
        problem = passwordProblem(translationsOf(call), unfit.weakness());
    }
    if (!problem.empty()) co_return passwordPage(call, *steps, std::move(problem));
    if (!done) co_return codePage(call, steps->request, codeProblem(call));
    auto response = call.goTo("sign-in?notice=password");
    if (done->signedIn && !steps->request.empty())
        response = pages::seeOther(call.tenant.urls().patientAuth() + "/authorize?request=" + percentEncode(steps->request));
    else if (done->signedIn)
        response = call.goTo("home?done=activated");
    if (done->signedIn) keepSignIn(*done->signedIn, response);
    forgetSteps(call, response);
    co_return response;
}

}  // namespace polyclinic::portal
