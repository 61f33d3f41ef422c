// Small things that are done to text everywhere. ASCII alone and no locale: what people write goes through ICU.

#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic {

constexpr bool isAsciiDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr char lowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
inline std::string lowerAscii(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = lowerAscii(c);
    return result;
}
inline bool sameIgnoringCase(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lowerAscii(x) == lowerAscii(y); });
}

inline constexpr std::string_view blanks = " \t", blanksAndLines = " \t\r\n";

/// Without what is `blank` at its ends.
constexpr std::string_view trimmed(std::string_view text, std::string_view blank = blanks) {
    const auto first = text.find_first_not_of(blank);
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// What stands between the separators, empty parts too; one part where there is no separator. Views into `text`.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0;;) {
        const auto end = std::min(text.find(separator, at), text.size());
        parts.push_back(text.substr(at, end - at));
        if (end == text.size()) return parts;
        at = end + 1;
    }
}

/// What stands between spaces, none of it empty. Views into `text`.
inline std::vector<std::string_view> splitWords(std::string_view text) {
    auto parts = split(text, ' ');
    std::erase(parts, std::string_view());
    return parts;
}

/// The same as texts of their own.
inline std::vector<std::string> wordsOf(std::string_view text) {
    const auto parts = splitWords(text);
    return {parts.begin(), parts.end()};
}

/// The parts with `separator` between them.
template <typename Parts>
std::string joined(const Parts& parts, std::string_view separator) {
    std::string text;
    for (const auto& part : parts) {
        if (&part != &*std::begin(parts)) text += separator;
        text += part;
    }
    return text;
}

}  // namespace polyclinic
