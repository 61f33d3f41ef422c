#include "portal/app_labels.h"

#include <unicode/unistr.h>

#include "base/url.h"
#include "oauth/client_store.h"
#include "pages/consent.h"

namespace polyclinic::portal {
namespace {

constexpr std::int32_t pageOfClients = 200;
constexpr int mostPages = 20;

/// Where a standalone launch begins: the app's own address, told which clinic it is for.
std::string launchOf(const Call& call, const std::string& launchUri) {
    return withQuery(launchUri, {{"iss", call.tenant.urls().patientApi()}});
}

bool isOffered(const oauth::Client& client) {
    return client.offered && !client.disabled && client.kind == oauth::ClientKind::patientApp && client.launchUri &&
           parseWebUrl(*client.launchUri);
}

}  // namespace

std::string initialOf(const std::string& name) {
    const auto wide = icu::UnicodeString::fromUTF8(name);
    if (wide.isEmpty()) return "?";
    std::string out;
    icu::UnicodeString(wide.char32At(0)).toUpper().toUTF8String(out);
    return out;
}

std::string endedOf(const pages::Translations& translations, const pages::PageTheme& theme, const oauth::Grant& grant, Timestamp now) {
    if (grant.active(now)) return {};
    auto by = grant.ended && !grant.endedBy.empty() ? grant.endedBy : std::string("expired");
    // The code that the app was sent back with was never redeemed.
    if (by == "expired" && grant.ended && *grant.ended < grant.ends) by = "unfetched";
    return translations.text("ended_" + by, {{"date", translations.date(grant.ended.value_or(grant.ends), theme.timezone)}});
}

std::string datesOf(const pages::Translations& translations, const pages::PageTheme& theme, const oauth::Grant& grant, Timestamp now) {
    if (auto ended = endedOf(translations, theme, grant, now); !ended.empty()) return ended;
    const auto since = translations.date(grant.created, theme.timezone);
    auto text = consent::isOpenEnd(grant.ends)
                    ? translations.text("since_open", {{"since", since}})
                    : translations.text("since_until", {{"since", since}, {"ends", translations.date(grant.ends, theme.timezone)}});
    return text + ' ' +
           (grant.lastUsed ? translations.text("used", {{"when", translations.recently(*grant.lastUsed, now, theme.timezone)}})
                           : translations.text("never_used"));
}

pages::data rowOf(const Call& call, const pages::PageTheme& theme, const oauth::Grant& grant) {
    const auto& translations = pages::Translations::of(theme.language);
    const auto name = pages::shownName(grant.clientName);
    auto row = pages::object();
    pages::put(row, "initial", initialOf(name));
    pages::put(row, "name", name);
    pages::put(row, "maker",
               grant.publisher.empty() ? "" : translations.text("made_by_short", {{"publisher", pages::shownName(grant.publisher)}}));
    pages::put(row, "dates", datesOf(translations, theme, grant, call.clock.now()));
    pages::put(row, "href", call.at("apps/" + grant.id));
    pages::put(row, "details_label", translations.text("details_named", {{"app", name}}));
    return row;
}

Task<std::optional<pages::data>> offeredApps(const Call& call, std::string language) {
    const auto& translations = pages::Translations::of(language);
    auto entries = pages::list();
    std::string after;
    for (int page = 0; page < mostPages; ++page) {
        const auto clients = co_await oauth::client_store::list(call.session, after, pageOfClients);
        for (const auto& client : clients.clients) {
            if (!isOffered(client)) continue;
            const auto name = pages::shownName(client.name);
            auto row = pages::object();
            pages::put(row, "initial", initialOf(name));
            pages::put(row, "name", name);
            const auto maker = client.publisher.value_or(std::string());
            pages::put(row, "maker", maker.empty() ? "" : translations.text("made_by_short", {{"publisher", pages::shownName(maker)}}));
            pages::put(row, "description", client.description.value_or(std::string()));
            pages::put(row, "href", launchOf(call, *client.launchUri));
            pages::put(row, "open_label", translations.text("open_named", {{"app", name}}));
            entries.push_back(row);
        }
        if (!clients.next) break;
        after = *clients.next;
    }
    std::optional<pages::data> found;
    if (!entries.is_empty_list()) found.emplace("entries", entries);
    co_return found;
}

}  // namespace polyclinic::portal
