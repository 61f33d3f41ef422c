// What happened, day by day, from the clinic's audit log: repeats of one deed on one day are one row.

#include <charconv>
#include <limits>

#include "audit/activity.h"
#include "oauth/client_store.h"
#include "oauth/grant_store.h"
#include "pages/consent.h"
#include "portal/activity_labels.h"
#include "portal/endpoints.h"

namespace polyclinic::portal {
namespace {

constexpr std::int32_t pageOfEvents = 500;

struct Row {
    std::string sentence;
    std::vector<std::string> times;  // the latest first
};

struct Day {
    std::string date;
    std::vector<Row> rows;
};

/// Without the oldest day when more of it may be on the next page and another one is left.
void dropCutDay(std::vector<audit::ActivityEvent>& events, const pages::Translations& translations, const std::string& timezone) {
    const auto last = translations.date(events.back().at, timezone);
    if (translations.date(events.front().at, timezone) == last) return;
    while (translations.date(events.back().at, timezone) == last) events.pop_back();
}

std::vector<Day> daysOf(const std::vector<audit::ActivityEvent>& events, const pages::Translations& translations,
                        const std::string& timezone, const AppNames& apps) {
    std::vector<Day> days;
    for (const auto& event : events) {
        auto sentence = sentenceOf(translations, event, apps);
        if (sentence.empty()) continue;
        auto date = translations.date(event.at, timezone);
        if (days.empty() || days.back().date != date) days.push_back({std::move(date), {}});
        auto& rows = days.back().rows;
        auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& known) { return known.sentence == sentence; });
        if (row == rows.end()) row = rows.insert(rows.end(), {std::move(sentence), {}});
        row->times.push_back(translations.clockTime(event.at, timezone));
    }
    return days;
}

pages::data shown(const std::vector<Day>& days, const pages::Translations& translations, const std::string& today,
                  const std::string& yesterday) {
    auto entries = pages::list();
    for (const auto& day : days) {
        auto rows = pages::list();
        for (const auto& [sentence, times] : day.rows) {
            auto row = pages::object();
            pages::put(row, "time", times.front());
            pages::put(row, "sentence", sentence);
            if (times.size() > 1) {
                auto all = pages::list();
                for (const auto& time : times) all.push_back(pages::data("time", time));
                auto repeats = pages::object();
                pages::put(repeats, "count", translations.text("times", {{"count", std::int64_t(times.size())}}));
                repeats.set("all", all);
                row.set("repeats", repeats);
            }
            rows.push_back(row);
        }
        auto entry = pages::object();
        pages::put(entry, "id", "day-" + std::to_string(entries.list_value().size() + 1));
        pages::put(entry, "day",
                   day.date == today       ? translations.text("today")
                   : day.date == yesterday ? translations.text("yesterday")
                                           : day.date);
        entry.set("rows", rows);
        entries.push_back(entry);
    }
    return entries;
}

/// Names of apps that were refused, which no grant tells.
Task<void> addRefused(const Call& call, const std::vector<audit::ActivityEvent>& events, AppNames& apps) {
    for (const auto& event : events) {
        if (event.interaction != "consent-refused" || apps.contains(event.resourceId)) continue;
        const auto client = co_await oauth::client_store::find(call.session, event.resourceId);
        apps[event.resourceId] = client ? pages::shownName(client->name) : pages::shownName("");
    }
}

Task<http::Response> activityPage(const Call& call, Person person) {
    const auto& theme = person.theme;
    const auto& translations = person.translations();
    const auto now = call.clock.now();
    const auto who = call.query("who");
    const auto grants = co_await oauth::grant_store::listOf(call.session, person.session.accountId, now);

    audit::ActivityOf of;
    AppNames apps;
    of.account = person.session.accountId;
    of.patient = person.patient();
    of.own = who != "apps" && who != "clinic";
    of.apps = who != "me" && who != "clinic";
    of.others = who != "apps" && who != "me";
    for (const auto& grant : grants) {
        apps[grant.client] = apps[grant.id] = pages::shownName(grant.clientName);
        of.grants.push_back(grant.id);
    }
    const auto text = call.query("before");
    std::int64_t before = std::numeric_limits<std::int64_t>::max();
    std::from_chars(text.data(), text.data() + text.size(), before);
    auto events = co_await audit::activity(call.tenant, std::move(of), before, pageOfEvents);
    const bool more = std::int32_t(events.size()) == pageOfEvents;
    if (more) dropCutDay(events, translations, theme.timezone);
    co_await addRefused(call, events, apps);

    auto values = pages::object();
    pages::put(values, "title", translations.text("activity_title"));
    pages::put(values, "zone", translations.text("activity_zone", {{"zone", translations.zone(theme.timezone)}}));
    auto filters = pages::list();
    for (const std::string name : {"", "apps", "me", "clinic"}) {
        auto filter = pages::object();
        pages::put(filter, "href", call.at("activity" + (name.empty() ? "" : "?who=" + name)));
        pages::put(filter, "label", translations.text("activity_" + (name.empty() ? "all" : name)));
        filter.set("current", name == who);
        filters.push_back(filter);
    }
    values.set("filters", filters);
    const auto days = daysOf(events, translations, theme.timezone, apps);
    if (!days.empty())
        values.set("days", pages::data("entries", shown(days, translations, translations.date(now, theme.timezone),
                                                        translations.date(now - std::chrono::hours(24), theme.timezone))));
    if (more)
        pages::put(values, "older",
                   call.at("activity?before=" + std::to_string(events.back().id) + (who.empty() ? "" : "&who=" + percentEncode(who))));
    co_return pages::render(theme, "portal_activity", std::move(values));
}

}  // namespace

Task<http::Response> activity(const Call& call) { return forPerson(call, "activity", "activity", activityPage); }

}  // namespace polyclinic::portal
