#include "pages/translations.h"

#include <unicode/datefmt.h>
#include <unicode/msgfmt.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/failure.h"
#include "pages/files.h"
#include "pages/page_theme.h"

namespace polyclinic::pages {
namespace {

icu::UnicodeString wide(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), std::int32_t(text.size())));
}

std::string narrow(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

/// Text shows its own direction by its first letter; numbers of telephones have none and run from left to right.
UChar32 isolateOf(std::string_view text) {
    const bool letters = std::any_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x80 || std::isalpha(c); });
    return letters ? 0x2068 : 0x2066;
}

Failure unreadable(const std::string& what) { return Failure(FailureKind::internal, "A page cannot be shown.", "translations: " + what); }

/// Digits as they stand in phone numbers and codes; months written out, so that no date can be read in two ways.
icu::Locale localeOf(const std::string& language) {
    return language == "ar" ? icu::Locale("ar@numbers=latn") : language == "en" ? icu::Locale("en_GB") : icu::Locale(language.c_str());
}

}  // namespace

const Translations& Translations::of(std::string_view language) {
    static const auto table = [] {
        std::map<std::string, Translations, std::less<>> made;
        for (const auto& tag : languages()) made.emplace(tag, Translations(tag));
        return made;
    }();
    const auto found = table.find(language);
    return found != table.end() ? found->second : table.at("en");
}

Translations::Translations(std::string language) : language_(std::move(language)) {
    const auto json = nlohmann::ordered_json::parse(fileNamed("translations/" + language_ + ".json"));
    for (const auto& [key, text] : json.at("page").items()) {
        texts_[key] = text.get<std::string>();
        shown_.emplace(key, kainjow::mustache::data(texts_[key]));
    }
    for (const auto& [row, translations] : json.at("scopes").items())
        scopes_[row] = {translations.at(0), translations.at(1),
                        translations.size() > 2 ? translations.at(2).get<std::string>() : std::string(), scopes_.size()};
}

const kainjow::mustache::data* Translations::forTemplate(const std::string& key) const {
    const auto found = shown_.find(key);
    return found == shown_.end() ? nullptr : &found->second;
}

const ScopeNames* Translations::scope(const std::string& row) const {
    const auto found = scopes_.find(row);
    return found == scopes_.end() ? nullptr : &found->second;
}

std::string Translations::text(const std::string& key, const std::vector<Value>& values) const {
    const auto found = texts_.find(key);
    if (found == texts_.end()) throw unreadable(language_ + " has no text " + key);
    if (values.empty()) return found->second;
    std::vector<icu::UnicodeString> names;
    std::vector<icu::Formattable> filled;
    for (const auto& value : values) {
        names.push_back(wide(value.name));
        if (value.isNumber)
            filled.emplace_back(value.number);
        else {
            auto text = wide(value.text);
            if (value.name == "phone") text.findAndReplace(" ", u"\u00a0");  // a number that is to be dialled stays on one line
            if (rightToLeft()) text = icu::UnicodeString(isolateOf(value.text)) + text + UChar32(0x2069);
            filled.emplace_back(text);
        }
    }
    UErrorCode error = U_ZERO_ERROR;
    // Making one costs more than filling it; texts stay where they are as long as the program runs.
    thread_local std::unordered_map<const std::string*, std::unique_ptr<icu::MessageFormat>> messages;
    auto& message = messages[&found->second];
    if (!message) message = std::make_unique<icu::MessageFormat>(wide(found->second), localeOf(language_), error);
    icu::UnicodeString out;
    if (U_SUCCESS(error)) message->format(names.data(), filled.data(), std::int32_t(names.size()), out, error);
    if (U_FAILURE(error)) {
        messages.erase(&found->second);
        throw unreadable(language_ + " cannot fill " + key);
    }
    return narrow(out);
}

std::string Translations::format(Timestamp time, const std::string& timezone, const char* kind) const {
    // As many as clinics in different time zones are at work; making one costs fifty times what using it does.
    thread_local std::map<std::tuple<std::string, std::string, std::string>, std::unique_ptr<icu::DateFormat>> formats;
    if (formats.size() > 64) formats.clear();
    auto& format = formats[{language_, kind, timezone}];
    if (!format) {
        const auto locale = localeOf(language_);
        if (std::string_view(kind) == "time")
            format.reset(icu::DateFormat::createTimeInstance(icu::DateFormat::kShort, locale));
        else
            format.reset(icu::DateFormat::createDateInstance(icu::DateFormat::kLong, locale));
        if (!format) throw unreadable("no dates in " + language_);
        format->adoptTimeZone(icu::TimeZone::createTimeZone(wide(timezone)));
    }
    icu::UnicodeString out;
    format->format(double(time.micros) / 1000.0, out);
    return narrow(out);
}

std::string Translations::date(Timestamp time, const std::string& timezone) const { return format(time, timezone, "date"); }

std::string Translations::clockTime(Timestamp time, const std::string& timezone) const { return format(time, timezone, "time"); }

std::string Translations::zone(const std::string& timezone) const {
    const std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(wide(timezone)));
    icu::UnicodeString out;
    return narrow(zone->getDisplayName(false, icu::TimeZone::LONG_GENERIC, localeOf(language_), out));
}

std::string Translations::dateTime(Timestamp time, const std::string& timezone) const {
    return text("date_at_time", {{"date", date(time, timezone)}, {"time", clockTime(time, timezone)}});
}

std::string Translations::recently(Timestamp time, Timestamp now, const std::string& timezone) const {
    const auto day = date(time, timezone);
    if (day == date(now, timezone)) return text("today_at_time", {{"time", clockTime(time, timezone)}});
    if (day == date(now - std::chrono::hours(24), timezone)) return text("yesterday_at_time", {{"time", clockTime(time, timezone)}});
    return day;
}

std::string Translations::capitalised(const std::string& text) const {
    auto out = wide(text);
    if (out.isEmpty()) return text;
    const auto first = out.char32At(0);
    out.replace(0, out.moveIndex32(0, 1), icu::UnicodeString(u_toupper(first)));
    return narrow(out);
}

}  // namespace polyclinic::pages
