#include "fhir/validation/primitives.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "fhir/resource.h"

namespace polyclinic::fhir {
namespace {

constexpr std::size_t longestString = 1024 * 1024;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// Takes `count` digits off the front; -1 when there are fewer.
int takeDigits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return -1;
    int number = 0;
    for (const char c : text.substr(0, count)) {
        if (!isDigit(c)) return -1;
        number = number * 10 + (c - '0');
    }
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

bool takeNumber(std::string_view& text, std::size_t digits, int lowest, int highest) {
    const int number = takeDigits(text, digits);
    return number >= lowest && number <= highest;
}

int daysIn(int year, int month) {
    constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : days[month - 1];
}

/// Takes a date off the front; answers how many of year, month, day it has, 0 when it is none.
int takeDate(std::string_view& text) {
    const int year = takeDigits(text, 4);
    if (year < 1) return 0;
    if (!take(text, '-')) return 1;
    const int month = takeDigits(text, 2);
    if (month < 1 || month > 12) return 0;
    if (!take(text, '-')) return 2;
    return takeNumber(text, 2, 1, daysIn(year, month)) ? 3 : 0;
}

bool takeTime(std::string_view& text) {
    if (!takeNumber(text, 2, 0, 23) || !take(text, ':') || !takeNumber(text, 2, 0, 59) || !take(text, ':') ||
        !takeNumber(text, 2, 0, 60)) {  // 60: a leap second
        return false;
    }
    if (!take(text, '.')) return true;
    const auto digits = std::ranges::find_if_not(text, isDigit) - text.begin();
    text.remove_prefix(static_cast<std::size_t>(digits));
    return digits > 0;
}

bool takeZone(std::string_view& text) {
    if (take(text, 'Z')) return true;
    if (!take(text, '+') && !take(text, '-')) return false;
    const int hours = takeDigits(text, 2);
    if (hours < 0 || hours > 14 || !take(text, ':')) return false;
    return takeNumber(text, 2, 0, hours == 14 ? 0 : 59);
}

bool isInteger(std::string_view lexeme, std::int64_t lowest) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(lexeme.data(), lexeme.data() + lexeme.size(), number);
    return error == std::errc() && end == lexeme.data() + lexeme.size() && number >= lowest && number >= INT32_MIN && number <= INT32_MAX;
}

/// No control characters but tab, line feed and carriage return.
bool isPlainText(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r'; });
}

bool isUri(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

bool isOid(std::string_view text) {
    constexpr std::string_view scheme = "urn:oid:";
    if (!text.starts_with(scheme)) return false;
    text.remove_prefix(scheme.size());
    if (text.size() < 3 || text[0] < '0' || text[0] > '2') return false;
    text.remove_prefix(1);
    while (!text.empty()) {
        if (!take(text, '.')) return false;
        const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(text, isDigit) - text.begin());
        if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
        text.remove_prefix(digits);
    }
    return true;
}

bool isUuid(std::string_view text) {
    constexpr std::string_view shape = "urn:uuid:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return std::ranges::equal(text, shape,
                              [](char c, char expected) { return expected == 'x' ? isDigit(c) || (c >= 'a' && c <= 'f') : c == expected; });
}

/// RFC 4648 with white space at will.
bool isBase64(std::string_view text) {
    std::size_t characters = 0;
    std::size_t padding = 0;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
        if (c == '=') {
            ++padding;
        } else if (padding > 0 || !(isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '/')) {
            return false;
        }
        ++characters;
    }
    return characters > 0 && characters % 4 == 0 && padding <= 2;
}

bool isForm(Primitive type, std::string_view text) {
    switch (type) {
        case Primitive::base64Binary:
            return isBase64(text);
        case Primitive::canonical:
        case Primitive::uri:
        case Primitive::url:
            return isUri(text);
        case Primitive::code:
            return isCode(text);
        case Primitive::date:
            return isDate(text);
        case Primitive::dateTime:
            return isDateTime(text);
        case Primitive::instant:
            return isInstant(text);
        case Primitive::time:
            return isTime(text);
        case Primitive::id:
            return isId(text);
        case Primitive::oid:
            return isOid(text);
        case Primitive::uuid:
            return isUuid(text);
        case Primitive::integer:
            return isInteger(text, INT32_MIN);
        case Primitive::unsignedInt:
            return text[0] != '-' && isInteger(text, 0);
        case Primitive::positiveInt:
            return isInteger(text, 1);
        case Primitive::markdown:
        case Primitive::string:
            return isPlainText(text);
        case Primitive::none:
        case Primitive::boolean:
        case Primitive::decimal:
        case Primitive::xhtml:
            return true;
    }
    return false;
}

json::Kind jsonKind(Primitive type) {
    switch (type) {
        case Primitive::boolean:
            return json::Kind::boolean;
        case Primitive::decimal:
        case Primitive::integer:
        case Primitive::positiveInt:
        case Primitive::unsignedInt:
            return json::Kind::number;
        default:
            return json::Kind::string;
    }
}

}  // namespace

bool isDate(std::string_view text) { return takeDate(text) > 0 && text.empty(); }

bool isDateTime(std::string_view text) {
    const int parts = takeDate(text);
    if (text.empty()) return parts > 0;
    return parts == 3 && take(text, 'T') && takeTime(text) && takeZone(text) && text.empty();
}

bool isInstant(std::string_view text) { return takeDate(text) == 3 && take(text, 'T') && takeTime(text) && takeZone(text) && text.empty(); }

bool isTime(std::string_view text) { return takeTime(text) && text.empty(); }

bool isCode(std::string_view text) {
    bool afterSpace = true;
    for (const char c : text) {
        const bool space = static_cast<unsigned char>(c) <= 0x20;
        if (space && (afterSpace || (c != ' ' && c != '\t' && c != '\n' && c != '\r'))) return false;
        afterSpace = space;
    }
    return !afterSpace;
}

PrimitiveFault checkPrimitive(Primitive type, const json::Value& value) {
    if (value.kind() != jsonKind(type)) return PrimitiveFault::kind;
    const std::string_view text = value.text();
    if (text.empty()) return PrimitiveFault::empty;
    const bool unlimited = type == Primitive::base64Binary || type == Primitive::xhtml;
    if (text.size() > longestString && !unlimited) return PrimitiveFault::tooLong;
    return isForm(type, text) ? PrimitiveFault::none : PrimitiveFault::form;
}

}  // namespace polyclinic::fhir
