// Pages for everybody: help, and the way back in for those who forgot how.

#include "portal/pages.h"

namespace polyclinic::portal {
namespace {

Task<http::Response> helpPage(const Call& call, std::optional<Person> person) {
    auto look = pages::lookOf(call.tenant, call.request);
    if (person) look = person->look;
    look.place = "help";
    const auto& translations = pages::Translations::of(look.language);
    auto values = pages::object();
    pages::put(values, "title", translations.text("help_title"));
    pages::put(values, "call",
               look.phone.empty() ? translations.text("help_call_desk", {{"clinic", look.clinic}})
                                  : translations.text("help_call_phone", {{"clinic", look.clinic}, {"phone", look.phone}}));
    auto response = pages::render(look, "portal_help", std::move(values));
    pages::keepLanguage(call.request, response);
    co_return response;
}

Task<http::Response> helpOfPerson(const Call& call, Person person) { return helpPage(call, std::move(person)); }

}  // namespace

Task<http::Response> help(const Call& call) {
    const auto session = co_await call.people.session(call.tenant, realm, call.request.header("Cookie"));
    if (session) co_return co_await forPerson(call, "help", "help", helpOfPerson);
    std::optional<Person> nobody;
    co_return co_await helpPage(call, std::move(nobody));
}

Task<http::Response> reset(const Call& call) {
    const auto look = pages::lookOf(call.tenant, call.request);
    const auto& translations = pages::Translations::of(look.language);
    auto values = pages::object();
    pages::put(values, "title", translations.text("reset_title"));
    pages::put(values, "lead", translations.text("reset_lead"));
    pages::put(values, "call",
               look.phone.empty() ? translations.text("reset_call_desk", {{"clinic", look.clinic}})
                                  : translations.text("reset_call", {{"clinic", look.clinic}, {"phone", look.phone}}));
    auto response = pages::render(look, "portal_reset", std::move(values));
    pages::keepLanguage(call.request, response);
    co_return response;
}

}  // namespace polyclinic::portal
