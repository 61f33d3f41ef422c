#include "portal/app_labels.h"
#include "portal/endpoints.h"

namespace polyclinic::portal {
namespace {

Task<http::Response> homePage(const Call& call, Person person) {
    const auto& theme = person.theme;
    const auto& translations = person.translations();
    const auto now = call.clock.now();
    auto values = pages::object();
    pages::put(values, "title", translations.text("hello", {{"name", person.name}}));
    pages::put(values, "last_sign_in",
               translations.text("last_sign_in", {{"when", translations.recently(person.session.started, now, theme.timezone)}}));
    if (call.query("done") == "activated") {
        pages::put(values, "done", translations.text("activated"));
        pages::put(values, "done_more", translations.text("activated_more", {{"username", person.session.username}}));
    }
    const auto grants = co_await oauth::grant_store::listOf(call.session, person.session.accountId, now);
    auto rows = pages::list();
    std::int64_t alive = 0;
    for (const auto& grant : grants)
        if (grant.active(now)) {
            rows.push_back(rowOf(call, theme, grant));
            ++alive;
        }
    pages::put(values, "apps_count", translations.text("apps_count", {{"count", alive}}));
    if (alive > 0) values.set("apps", pages::data("entries", rows));
    const auto offered = co_await offeredApps(call, theme.language);
    if (offered) values.set("offered", *offered);
    pages::put(values, "offered_lead", translations.text("offered_lead", {{"clinic", theme.clinic}}));
    const auto devices = co_await call.accountService.sessionsOf(call.session, person.session.accountId);
    pages::put(values, "devices_count", translations.text("devices_count", {{"count", std::int64_t(devices.size())}}));
    co_return pages::render(theme, "portal_home", std::move(values));
}

}  // namespace

Task<http::Response> homeEndpoint(const Call& call) { return forPerson(call, "home", "home", homePage); }

}  // namespace polyclinic::portal
