#include "pages/consent.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "base/url.h"
#include "consent/wildcard.h"
#include "pages/renderer.h"
#include "pages/sentences.h"

namespace polyclinic::pages {
namespace {

constexpr std::int32_t longestName = 80;

bool holds(const std::vector<std::string>& list, std::string_view text) { return std::find(list.begin(), list.end(), text) != list.end(); }

data linesOf(const std::vector<Sentence>& sentences) {
    auto entries = list();
    for (const auto& sentence : sentences) {
        auto entry = object();
        put(entry, "brief", sentence.brief);
        put(entry, "detail", sentence.detail);
        entries.push_back(entry);
    }
    return data("entries", entries);
}

data boxesOf(const Translations& translations, const std::vector<Sentence>& sentences, const ConsentPage& page,
             const access::ScopeSet& asked, const std::string& prefix, bool changes) {
    auto entries = list();
    for (const auto& sentence : sentences) {
        const auto state = consent::boxState(access::ScopeSet(access::parseScopeList(sentence.scope).scopes), asked, page.before);
        auto entry = object();
        put(entry, "id", prefix + std::to_string(entries.list_value().size() + 1));
        put(entry, "brief", sentence.brief);
        put(entry, "detail", sentence.detail);
        put(entry, "scope", sentence.scope);
        entry.set("warn", sentence.warn);
        put(entry, "tag",
            state == consent::BoxState::refused ? translations.text("not_allowed_yet")
            : state == consent::BoxState::added ? translations.text("asked_newly")
                                                : "");
        entry.set("ticked", page.again ? holds(page.ticked, sentence.scope) : consent::isTickedAtFirst(state, changes));
        entries.push_back(entry);
    }
    return data("entries", entries);
}

data durationsOf(const PageTheme& theme, const ConsentPage& page) {
    const auto& translations = Translations::of(theme.language);
    auto entries = list();
    for (const auto& duration : consent::durations(page.now)) {
        auto entry = object();
        put(entry, "value", duration.value);
        put(entry, "label", translations.text("duration_" + duration.value));
        const auto ends = duration.value == "hour" ? translations.recently(duration.ends, page.now, theme.timezone)
                                                   : translations.date(duration.ends, theme.timezone);
        put(entry, "ends",
            consent::isOpenEnd(duration.ends) ? translations.text("duration_never") : translations.text("duration_ends", {{"date", ends}}));
        entry.set("chosen", duration.value == page.duration);
        entries.push_back(entry);
    }
    return data("entries", entries);
}

/// Questions that every app is asked, answered or not, then what else the maker said.
data privacyAnswersOf(const Translations& translations, const std::vector<std::pair<std::string, std::string>>& privacyAnswers) {
    auto entries = list();
    const std::vector<std::string> asked{"funding", "resale", "sharing", "deletion", "location", "encryption"};
    for (const auto& question : asked) {
        const auto answer =
            std::find_if(privacyAnswers.begin(), privacyAnswers.end(), [&](const auto& given) { return given.first == question; });
        entries.push_back(fact(translations.text("fact_" + question),
                               answer == privacyAnswers.end() ? translations.text("did_not_answer") : answer->second));
    }
    for (const auto& [key, answer] : privacyAnswers)
        if (!holds(asked, key)) entries.push_back(fact(key, answer));
    return data("entries", entries);
}

}  // namespace

std::string titleKeyOf(const Sentences& said) {
    if (said.see.empty() && said.change.empty() && said.notes.empty()) return "consent_title_know";
    if (said.see.empty() && said.change.empty()) return "consent_title";
    return said.change.empty() ? "consent_title" : said.see.empty() ? "consent_title_write" : "consent_title_change";
}

std::string shownName(std::string_view name) {
    const auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), std::int32_t(name.size())));
    icu::UnicodeString out;
    bool space = false;
    std::int32_t length = 0;
    for (std::int32_t i = 0; i < wide.length() && length < longestName; i = wide.moveIndex32(i, 1)) {
        const auto c = wide.char32At(i);
        if (u_isUWhiteSpace(c)) {
            space = length > 0;
            continue;
        }
        const auto kind = u_charType(c);
        // Format characters turn the direction of text around or make two names look alike.
        if (kind == U_CONTROL_CHAR || kind == U_FORMAT_CHAR || kind == U_PRIVATE_USE_CHAR || kind == U_SURROGATE || kind == U_UNASSIGNED ||
            c == 0xfffd)
            continue;
        if (space) {
            out.append(UChar32(' '));
            ++length;
        }
        space = false;
        out.append(c);
        ++length;
    }
    std::string text;
    out.toUTF8String(text);
    return text.empty() ? "?" : text;
}

http::Response consentPage(const PageTheme& theme, const ConsentPage& page, int status) {
    const auto& translations = Translations::of(theme.language);
    const auto app = shownName(page.app);
    const bool offline = holds(page.nonResourceScopes, "offline_access");
    const auto asked = consent::expandWildcard(page.scopes, page.resourceTypes);
    const auto said = sentencesOf(asked.scopes(), page.nonResourceScopes, {theme.language, theme.clinic, {}, page.level});

    auto values = object();
    put(values, "title", translations.text(titleKeyOf(said), {{"app", app}}));
    put(values, "action", page.action);
    put(values, "person_name", page.person);
    put(values, "not_you", page.notYou);
    put(values, "made_by",
        page.publisher.empty()
            ? translations.text("made_by_unknown", {{"app", app}, {"clinic", theme.clinic}})
            : translations.text("made_by", {{"app", app}, {"publisher", shownName(page.publisher)}, {"clinic", theme.clinic}}));
    put(values, "no_control", translations.text("no_control", {{"clinic", theme.clinic}}));
    put(values, "returns_to", page.redirectHost.empty() ? "" : translations.text("returns_to", {{"host", shownName(page.redirectHost)}}));
    put(values, "returning", translations.text("returning", {{"app", app}}));
    auto hidden = list();
    const auto hide = [&hidden](const std::string& name, const std::string& value) {
        auto field = object();
        put(field, "name", name);
        put(field, "value", value);
        hidden.push_back(field);
    };
    for (const auto& [name, value] : page.hidden) hide(name, value);
    std::string resourceTypes;
    for (const auto& kind : page.resourceTypes) resourceTypes += (resourceTypes.empty() ? "" : " ") + kind;
    if (!resourceTypes.empty()) hide("kinds", resourceTypes);
    values.set("hidden", hidden);

    if (page.since)
        put(values, "since", translations.text("consent_again", {{"app", app}, {"date", translations.date(*page.since, theme.timezone)}}));
    auto always = said.always;
    always.insert(always.end(), said.notes.begin(), said.notes.end());
    if (!always.empty()) values.set("always", linesOf(always));
    if (!said.see.empty()) values.set("see", boxesOf(translations, said.see, page, asked, "see-", false));
    if (!said.change.empty()) values.set("change", boxesOf(translations, said.change, page, asked, "change-", true));
    if (offline)
        values.set("durations", durationsOf(theme, page));
    else
        put(values, "once", translations.text(holds(page.nonResourceScopes, "online_access") ? "consent_session" : "consent_once"));

    if (!page.privacyAnswers.empty()) values.set("facts", privacyAnswersOf(translations, page.privacyAnswers));
    put(values, "no_facts", translations.text("no_facts"));
    put(values, "policy", parseWebUrl(page.policyUri) ? page.policyUri : "");
    put(values, "terms", parseWebUrl(page.termsUri) ? page.termsUri : "");
    put(values, "client_id", page.clientId);
    auto texts = page.scopes.text();
    for (const auto& word : page.nonResourceScopes) texts += (texts.empty() ? "" : " ") + word;
    put(values, "asked", texts);
    put(values, "stop_any_time",
        theme.phone.empty() ? translations.text("stop_any_time", {{"app", app}})
                            : translations.text("stop_any_time_phone", {{"app", app}, {"phone", theme.phone}}));
    if (!page.problem.empty()) {
        const bool boxes = page.problem == "error_nothing_ticked";
        values.set("wrong_boxes", boxes);
        values.set("wrong_duration", page.problem == "error_duration");
        putProblem(values, translations.text(page.problem), boxes ? (said.see.empty() ? "#change-1" : "#see-1") : "#for-hour");
    }
    return render(theme, "consent", std::move(values), status);
}

}  // namespace polyclinic::pages
