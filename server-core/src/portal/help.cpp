// Pages for everybody: help, and the way back in for those who forgot how.

#include "portal/endpoints.h"

namespace polyclinic::portal {
namespace {

Task<http::Response> helpPage(const Call& call, std::optional<Person> person) {
    auto theme = pages::pageThemeOf(call.tenant, call.request);
    if (person) theme = person->theme;
    theme.place = "help";
    const auto& translations = pages::Translations::of(theme.language);
    auto values = pages::object();
    pages::put(values, "title", translations.text("help_title"));
    pages::put(values, "call",
               theme.phone.empty() ? translations.text("help_call_desk", {{"clinic", theme.clinic}})
                                   : translations.text("help_call_phone", {{"clinic", theme.clinic}, {"phone", theme.phone}}));
    auto response = pages::render(theme, "portal_help", std::move(values));
    pages::keepLanguage(call.request, response);
    co_return response;
}

Task<http::Response> helpOfPerson(const Call& call, Person person) { return helpPage(call, std::move(person)); }

}  // namespace

Task<http::Response> help(const Call& call) {
    const auto session = co_await call.accountService.session(call.session, call.request.header("Cookie"));
    if (session) co_return co_await forPerson(call, "help", "help", helpOfPerson);
    std::optional<Person> nobody;
    co_return co_await helpPage(call, std::move(nobody));
}

Task<http::Response> reset(const Call& call) {
    const auto theme = pages::pageThemeOf(call.tenant, call.request);
    const auto& translations = pages::Translations::of(theme.language);
    auto values = pages::object();
    pages::put(values, "title", translations.text("reset_title"));
    pages::put(values, "lead", translations.text("reset_lead"));
    pages::put(values, "call",
               theme.phone.empty() ? translations.text("reset_call_desk", {{"clinic", theme.clinic}})
                                   : translations.text("reset_call", {{"clinic", theme.clinic}, {"phone", theme.phone}}));
    auto response = pages::render(theme, "portal_reset", std::move(values));
    pages::keepLanguage(call.request, response);
    co_return response;
}

}  // namespace polyclinic::portal
