#include "accounts/password_patterns.h"

#include <unicode/calendar.h>
#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <memory>
#include <set>

#include "accounts/text.h"
#include "base/encoding.h"
#include "base/failure.h"

namespace polyclinic::accounts {
namespace {

// Bits, each well below what the characters would cost one by one.
constexpr double personal = 2, common = 8, keys = 5, sequence = 5, again = 2, year = 7;
constexpr std::size_t shortestName = 3, shortestWord = 3, shortestRun = 3;

std::unique_ptr<icu::Transliterator> makeBaseLetters() {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(
        icu::Transliterator::createInstance("NFD; [:Mn:] Remove; NFC; Lower", UTRANS_FORWARD, status));
    if (U_FAILURE(status)) throw Failure(FailureKind::internal, "Text cannot be compared.", u_errorName(status));
    return made;
}

/// What stands between letters, or makes a word longer, and is no letter more to guess: U+0640 stretches Arabic words.
bool isBetweenWords(UChar32 c) {
    if (c == 0x640 || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return true;
    return u_isUWhiteSpace(c) || c == '.' || c == ',' || c == '-' || c == '_' || c == '/' || c == '\'' || c == '+' || c == ':';
}

/// Letters that people write for one another, and keyboards of neighbouring languages have instead.
char32_t unified(UChar32 c) {
    switch (c) {
        case 0x649:  // alef maksura, and Persian yeh
        case 0x6CC:
            return 0x64A;
        case 0x629:  // teh marbuta as heh
            return 0x647;
        case 0x6A9:
            return 0x643;
        case 0x671:
            return 0x627;
        case 0x131:  // dotless i
            return U'i';
        default:
            return char32_t(c);
    }
}

/// What people write for a letter that is on the list of every guesser.
char32_t unmasked(char32_t c) {
    switch (c) {
        case U'0':
            return U'o';
        case U'1':
        case U'!':
            return U'i';
        case U'3':
            return U'e';
        case U'4':
        case U'@':
            return U'a';
        case U'5':
        case U'$':
            return U's';
        case U'7':
            return U't';
        default:
            return c;
    }
}

double bitsOf(char32_t c) {
    if (c >= U'0' && c <= U'9') return 3.3;
    if (c >= U'a' && c <= U'z') return 4.7;
    if (u_isUAlphabetic(UChar32(c))) return c >= 0x2E80 ? 9 : 5;
    return c < 0x80 ? 5 : 8;
}

bool standsAt(const std::u32string& text, std::size_t at, const std::u32string& word) {
    if (word.size() > text.size() - at) return false;
    return std::equal(word.begin(), word.end(), text.begin() + std::ptrdiff_t(at));
}

void add(std::set<std::u32string>& all, const std::u32string& word, std::size_t shortest) {
    if (word.size() < shortest && !(word.size() == 2 && word[0] >= 0x2E80)) return;
    all.insert(word);
    all.insert(std::u32string(word.rbegin(), word.rend()));
}

/// A name, its words, and both in Latin letters.
void addName(std::set<std::u32string>& all, std::string_view name) {
    const auto address = name.substr(0, name.find('@'));
    std::string word;
    const auto addWord = [&] {
        add(all, plainForm(word), shortestName);
        word.clear();
    };
    for (const char c : address) {
        const bool ends = (c >= 0 && c <= '/') || (c >= ':' && c <= '@');
        if (ends || (c >= '0' && c <= '9'))
            addWord();
        else
            word += c;
    }
    addWord();
    add(all, plainForm(address), shortestName);
    // In Latin letters word by word, for those who have no other keyboard.
    for (std::size_t at = 0; at < address.size();) {
        const auto end = std::min(address.find(' ', at), address.size());
        add(all, plainForm(plainLettersOf(address.substr(at, end - at), 60)), shortestName);
        at = end + 1;
    }
    const auto latin = plainLettersOf(address, 60);
    add(all, plainForm(latin), shortestName);
}

/// The calendar of records first, then others that people count their days by.
constexpr std::array<const char*, 5> calendars{"gregorian", "islamic-umalqura", "islamic-civil", "persian", "buddhist"};
constexpr std::array<const char*, 9> languagesOfRecords{"en", "es", "ar", "fr", "de", "pt", "it", "ru", "tr"};
constexpr std::array<const char*, 2> languagesOfOthers{"ar", "fa"};

using MonthNames = std::array<std::set<std::u32string>, 13>;

void addMonthNames(MonthNames& months, const std::string& locale) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::DateFormatSymbols symbols(icu::Locale(locale.c_str()), status);
    if (U_FAILURE(status)) return;
    for (const auto width : {icu::DateFormatSymbols::WIDE, icu::DateFormatSymbols::ABBREVIATED}) {
        std::int32_t count = 0;
        const auto* names = symbols.getMonths(count, icu::DateFormatSymbols::FORMAT, width);
        for (std::int32_t month = 0; month < std::min<std::int32_t>(count, std::int32_t(months.size())); ++month) {
            std::string name;
            names[month].toUTF8String(name);
            if (!name.empty()) months[std::size_t(month)].insert(plainForm(name));
        }
    }
}

/// Of a calendar's months, January at 0: long and short, in the languages of people. Made once, which takes a while.
const MonthNames& monthNames(std::size_t calendar) {
    static const auto all = [] {
        std::array<MonthNames, calendars.size()> made;
        for (const auto* language : languagesOfRecords) addMonthNames(made[0], language);
        for (std::size_t i = 1; i < calendars.size(); ++i)
            for (const auto* language : languagesOfOthers) addMonthNames(made[i], std::string(language) + "@calendar=" + calendars[i]);
        return made;
    }();
    return all[calendar];
}

/// Every way to write a day in figures, its month by name, and as people say it: "3rd of May 1980", "3 de mayo de 1980".
void addDay(std::set<std::u32string>& all, int year, int month, int day, std::size_t calendar) {
    using Texts = std::vector<std::u32string>;
    const auto figures = [](int number, bool two) { return plainForm((two && number < 10 ? "0" : "") + std::to_string(number)); };
    const Texts years{figures(year, false), figures(year % 100, true)}, days{figures(day, true), figures(day, false)};
    if (month < 1 || month > 13) return;
    const auto& names = monthNames(calendar)[std::size_t(month - 1)];
    auto months = names;
    months.insert({figures(month, true), figures(month, false)});
    for (const auto& d : days)
        for (const auto& m : months) {
            for (const auto& y : years)
                for (const auto& whole : {d + m + y, d + y + m, m + d + y, m + y + d, y + m + d, y + d + m}) all.insert(whole);
            all.insert(d + m);
            all.insert(m + d);
        }
    static const Texts of{U"", U"of", U"de", U"من"}, then{U"", U"de", U"del"}, endings{U"", U"st", U"nd", U"rd", U"th", U"o"};
    for (const auto& name : names) {
        add(all, name, shortestName);
        for (const auto& ending : endings) {
            const auto counted = days.back() + ending;
            all.insert(name + counted);
            for (const auto& y : years) all.insert(name + counted + y);
            for (const auto& first : of) {
                all.insert(counted + first + name);
                for (const auto& second : then)
                    for (const auto& y : years) all.insert(counted + first + name + second + y);
            }
        }
    }
    all.insert(years.front());
}

/// A day of the calendar of records, and as other calendars count it.
void addDate(std::set<std::u32string>& all, const std::string& date) {
    if (date.size() != 10) return;
    const int year = std::atoi(date.c_str()), month = std::atoi(date.c_str() + 5), day = std::atoi(date.c_str() + 8);
    const std::chrono::year_month_day whole{std::chrono::year(year), std::chrono::month(unsigned(month)), std::chrono::day(unsigned(day))};
    if (!whole.ok()) return;
    addDay(all, year, month, day, 0);
    const double noon = (std::chrono::sys_days(whole).time_since_epoch().count() + 0.5) * 86'400'000.0;
    for (std::size_t i = 1; i < calendars.size(); ++i) {
        UErrorCode status = U_ZERO_ERROR;
        const std::unique_ptr<icu::Calendar> other(icu::Calendar::createInstance(
            *icu::TimeZone::getGMT(), icu::Locale((std::string("ar@calendar=") + calendars[i]).c_str()), status));
        if (U_FAILURE(status)) continue;
        other->setTime(noon, status);
        const int y = other->get(UCAL_YEAR, status), m = other->get(UCAL_MONTH, status) + 1, d = other->get(UCAL_DATE, status);
        if (U_SUCCESS(status)) addDay(all, y, m, d, i);
    }
}

/// How many characters from `at` on run along a row, or an alphabet, one way or the other.
std::size_t runAt(const std::u32string& text, std::size_t at) {
    std::size_t best = 0;
    for (const auto& row : keyboardRows())
        for (auto start = row.find(text[at]); start != row.npos; start = row.find(text[at], start + 1)) {
            std::size_t on = 1, back = 1;
            while (at + on < text.size() && start + on < row.size() && row[start + on] == text[at + on]) ++on;
            while (at + back < text.size() && back <= start && row[start - back] == text[at + back]) ++back;
            best = std::max({best, on, back});
        }
    for (const int step : {1, -1}) {
        std::size_t length = 1;
        while (at + length < text.size() && std::int64_t(text[at + length]) == std::int64_t(text[at + length - 1]) + step) ++length;
        best = std::max(best, length);
    }
    return best;
}

std::size_t separatorsIn(std::string_view text) {
    const auto all = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), std::int32_t(text.size())));
    std::size_t count = 0;
    for (std::int32_t i = 0; i < all.length(); i = all.moveIndex32(i, 1)) count += isBetweenWords(all.char32At(i));
    return count;
}

bool isYear(const std::u32string& text, std::size_t at) {
    if (at + 4 > text.size()) return false;
    if (!(text[at] == U'1' && text[at + 1] == U'9') && !(text[at] == U'2' && text[at + 1] == U'0')) return false;
    return std::all_of(text.begin() + std::ptrdiff_t(at), text.begin() + std::ptrdiff_t(at) + 4,
                       [](char32_t c) { return c >= U'0' && c <= U'9'; });
}

}  // namespace

std::u32string plainForm(std::string_view text) {
    static const auto baseLetters = makeBaseLetters();
    auto all = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), std::int32_t(text.size())));
    const std::unique_ptr<icu::Transliterator> own(baseLetters->clone());  // of any thread
    own->transliterate(all);
    std::u32string plain;
    for (std::int32_t i = 0; i < all.length(); i = all.moveIndex32(i, 1)) {
        const UChar32 c = all.char32At(i);
        if (isBetweenWords(c)) continue;
        const auto digit = u_charDigitValue(c);
        plain += digit >= 0 && digit <= 9 ? char32_t(U'0' + digit) : unified(c);
    }
    return plain;
}

double patternBits(std::string_view password, const PasswordOwner& owner) {
    const auto text = plainForm(password);
    auto bare = text;
    for (auto& c : bare) c = unmasked(c);
    std::set<std::u32string> known;
    for (const auto& word : owner.neverIn) addName(known, word);
    for (const auto& name : owner.names) addName(known, name);
    addDate(known, owner.birthDate);

    // least[i]: of the first i characters.
    std::vector<double> least(text.size() + 1, 1e9);
    least[0] = 0.5 * double(separatorsIn(password));
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto reach = [&](std::size_t length, double bits) { least[at + length] = std::min(least[at + length], least[at] + bits); };
        reach(1, bitsOf(text[at]));
        for (const auto& word : known)
            if (standsAt(text, at, word) || standsAt(bare, at, word)) reach(word.size(), personal);
        for (const auto& word : commonWords())
            if (word.size() >= shortestWord || (word.size() == 2 && word[0] >= 0x590))
                if (standsAt(text, at, word) || standsAt(bare, at, word)) reach(word.size(), common);
        const auto run = runAt(text, at);
        for (std::size_t length = shortestRun; length <= run; ++length) reach(length, keys + std::log2(double(length)));
        if (isYear(text, at)) reach(4, year);
        // The same again, from the block before, or from anywhere before when it is long.
        for (std::size_t length = 1; length <= at && at + length <= text.size(); ++length)
            if (text.compare(at, length, text, at - length, length) == 0) reach(length, again);
        for (std::size_t length = 4; length <= at && at + length <= text.size(); ++length) {
            if (text.substr(0, at).find(text.substr(at, length)) == text.npos) break;
            reach(length, again + sequence);
        }
    }
    return least.back();
}

}  // namespace polyclinic::accounts
