// Who may use the record: apps with access, what they may do, and the way to stop them (three steps, no reasons asked).

#include "base/failure.h"
#include "base/text.h"
#include "pages/consent.h"
#include "pages/sentences.h"
#include "pages/withheld.h"
#include "portal/app_labels.h"
#include "portal/endpoints.h"

namespace polyclinic::portal {
namespace {

Failure noSuchApp() { return Failure(FailureKind::notFound, "There is no such app."); }

/// The person's own grant of the address. Throws Failure(notFound) for every other.
Task<oauth::Grant> grantOf(const Call& call, const Person& person) {
    auto grant = co_await oauth::grant_store::find(call.session, call.id);
    if (!grant || grant->account != person.session.accountId) throw noSuchApp();
    co_return std::move(*grant);
}

pages::data group(const std::string& heading, const std::vector<pages::Sentence>& sentences) {
    auto entries = pages::list();
    for (const auto& sentence : sentences) {
        auto entry = pages::object();
        pages::put(entry, "brief", sentence.brief);
        pages::put(entry, "detail", sentence.detail);
        entries.push_back(entry);
    }
    auto made = pages::object();
    pages::put(made, "heading", heading);
    made.set("entries", entries);
    return made;
}

Task<http::Response> appsPage(const Call& call, Person person) {
    const auto& theme = person.theme;
    const auto& translations = person.translations();
    const auto now = call.clock.now();
    const auto grants = co_await oauth::grant_store::listOf(call.session, person.session.accountId, now);
    auto living = pages::list(), past = pages::list();
    int count = 0;
    for (const auto& grant : grants) {
        if (grant.active(now)) {
            living.push_back(rowOf(call, theme, grant));
            ++count;
        }
        // What was connected anew shows up once.
        else if (grant.endedBy != "replaced")
            past.push_back(rowOf(call, theme, grant));
    }
    auto values = pages::object();
    pages::put(values, "title", translations.text("apps_title"));
    if (!living.is_empty_list()) values.set("apps", pages::data("entries", living));
    if (count > 1) pages::put(values, "stop_all", call.at("apps/all/stop"));
    if (count == 0 && call.query("done") == "all") {
        pages::put(values, "done", translations.text("stopped_all"));
        pages::put(values, "done_more", translations.text("stop_all_keeps"));
    }
    if (!past.is_empty_list()) values.set("past", pages::data("entries", past));
    const auto offered = co_await offeredApps(call, theme.language);
    if (offered) values.set("offered", *offered);
    pages::put(values, "offered_lead", translations.text("offered_lead", {{"clinic", theme.clinic}}));
    co_return pages::render(theme, "portal_apps", std::move(values));
}

Task<http::Response> appPage(const Call& call, Person person) {
    const auto grant = co_await grantOf(call, person);
    auto& theme = person.theme;
    const auto& translations = person.translations();
    const auto now = call.clock.now();
    const auto name = pages::shownName(grant.clientName);
    auto values = pages::object();
    pages::put(values, "title", name);
    pages::put(
        values, "maker",
        grant.publisher.empty()
            ? translations.text("made_by_unknown", {{"app", name}, {"clinic", theme.clinic}})
            : translations.text("made_by", {{"app", name}, {"publisher", pages::shownName(grant.publisher)}, {"clinic", theme.clinic}}));
    const auto keeps = grant.publisher.empty() ? translations.text("stop_keeps_maker")
                                               : translations.text("stop_keeps", {{"publisher", pages::shownName(grant.publisher)}});
    const bool alive = grant.active(now);
    const auto ended = endedOf(translations, theme, grant, now);
    const auto done = call.query("done");
    if (!alive && (done == "stopped" || done == "before")) {
        pages::put(values, "done", translations.text(done == "stopped" ? "stopped" : "stopped_before", {{"app", name}}));
        pages::put(values, "done_more", keeps);
    } else {
        pages::put(values, "ended", ended);
        pages::put(values, "keeps", keeps);
    }

    const bool open = consent::isOpenEnd(grant.ends);
    const auto until = open ? translations.text("until_you_stop") : translations.date(grant.ends, theme.timezone);
    auto allowed = wordsOf(grant.nonResourceScopes);
    const auto scopes = access::ScopeSet::fromJson(grant.scopes);
    auto said = pages::sentencesOf(scopes.scopes(), allowed, {theme.language, theme.clinic, open ? std::string() : until});
    const auto notSeen = pages::withheld(scopes, access::readVerbs, theme.language);
    if (!notSeen.empty()) said.see = {{translations.text("everything_but", {{"clinic", theme.clinic}}), {}, {}}};
    const auto notChanged = pages::withheld(scopes, access::writeVerbs, theme.language);
    if (!notChanged.empty()) said.change = {{translations.text("everything_but_items"), {}, {}}};
    auto always = said.always;
    always.insert(always.end(), said.notes.begin(), said.notes.end());
    auto groups = pages::list();
    const auto add = [&](const char* what, const std::vector<pages::Sentence>& sentences) {
        if (!sentences.empty()) groups.push_back(group(translations.text((alive ? "can_" : "could_") + std::string(what)), sentences));
    };
    add("see", said.see);
    add("not_see", notSeen);
    add("change", said.change);
    add("not_change", notChanged);
    add("always", always);
    values.set("groups", groups);

    auto privacyAnswers = pages::list();
    privacyAnswers.push_back(pages::fact(translations.text("fact_since"), translations.dateTime(grant.created, theme.timezone)));
    if (alive)
        privacyAnswers.push_back(pages::fact(translations.text("fact_ends"), until));
    else
        privacyAnswers.push_back(
            pages::fact(translations.text("fact_ended"), translations.dateTime(grant.ended.value_or(grant.ends), theme.timezone)));
    const auto used = grant.lastUsed ? translations.capitalised(translations.recently(*grant.lastUsed, now, theme.timezone))
                                     : translations.text("never_used");
    privacyAnswers.push_back(pages::fact(translations.text("fact_used"), used));
    values.set("facts", privacyAnswers);
    if (alive) pages::put(values, "stop", call.at("apps/" + grant.id + "/stop"));
    co_return pages::render(theme, "portal_app", std::move(values));
}

/// What stands in the address in place of a grant's id.
constexpr std::string_view everyApp = "all";

Task<std::vector<oauth::Grant>> livingGrants(const Call& call, const Person& person) {
    const auto now = call.clock.now();
    auto grants = co_await oauth::grant_store::listOf(call.session, person.session.accountId, now);
    std::erase_if(grants, [&](const auto& grant) { return !grant.active(now); });
    co_return grants;
}

Task<http::Response> stopAllPage(const Call& call, Person person) {
    const auto grants = co_await livingGrants(call, person);
    if (grants.empty()) co_return call.goTo("apps");
    const auto& translations = person.translations();
    auto values = pages::object();
    pages::put(values, "title", translations.text("stop_all_title"));
    pages::put(values, "point_now", translations.text("stop_all_now", {{"count", std::int64_t(grants.size())}}));
    pages::put(values, "point_keeps", translations.text("stop_all_keeps"));
    pages::put(values, "point_again", translations.text("stop_all_again"));
    pages::put(values, "action", call.at("apps/all/stop"));
    pages::put(values, "back", call.at("apps"));
    co_return pages::render(person.theme, "portal_stop", std::move(values));
}

Task<http::Response> stopAllGrants(const Call& call, Person person, const Form&) {
    const auto grants = co_await livingGrants(call, person);
    for (const auto& grant : grants) {
        const bool ended = co_await oauth::grant_store::end(call.session, grant.id, "patient", call.clock.now(), person.session.accountId);
        if (ended) co_await call.note(person.session, "grant-end", grant.id);
    }
    co_return call.goTo("apps?done=all");
}

Task<http::Response> stopPage(const Call& call, Person person) {
    const auto grant = co_await grantOf(call, person);
    if (!grant.active(call.clock.now())) co_return call.goTo("apps/" + grant.id + "?done=before");
    const auto& translations = person.translations();
    const auto name = pages::shownName(grant.clientName);
    auto values = pages::object();
    pages::put(values, "title", translations.text("stop_title", {{"app", name}}));
    pages::put(values, "point_now", translations.text("stop_now", {{"app", name}}));
    pages::put(values, "point_keeps",
               grant.publisher.empty() ? translations.text("stop_keeps_maker")
                                       : translations.text("stop_keeps", {{"publisher", pages::shownName(grant.publisher)}}));
    pages::put(values, "point_again", translations.text("stop_again"));
    pages::put(values, "action", call.at("apps/" + grant.id + "/stop"));
    pages::put(values, "back", call.at("apps/" + grant.id));
    co_return pages::render(person.theme, "portal_stop", std::move(values));
}

Task<http::Response> stopGrant(const Call& call, Person person, const Form&) {
    const auto grant = co_await grantOf(call, person);
    const bool ended = co_await oauth::grant_store::end(call.session, grant.id, "patient", call.clock.now(), person.session.accountId);
    if (ended) co_await call.note(person.session, "grant-end", grant.id);
    co_return call.goTo("apps/" + grant.id + (ended ? "?done=stopped" : "?done=before"));
}

}  // namespace

Task<http::Response> apps(const Call& call) { return forPerson(call, "apps", "apps", appsPage); }
Task<http::Response> app(const Call& call) { return forPerson(call, "apps", "apps", appPage); }
Task<http::Response> showStop(const Call& call) { return forPerson(call, "apps", "apps", call.id == everyApp ? stopAllPage : stopPage); }
Task<http::Response> stop(const Call& call) { return forPerson(call, call.id == everyApp ? stopAllGrants : stopGrant); }

}  // namespace polyclinic::portal
