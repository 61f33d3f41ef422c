// Names and passwords as people type them, brought to one form.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyclinic::accounts {

/// Unicode NFKC (UAX 15). Nothing for bytes that are not UTF-8.
std::optional<std::string> nfkc(std::string_view text);
/// NFKC_Casefold, for comparing. Nothing for bytes that are not UTF-8.
std::optional<std::string> nfkcCasefold(std::string_view text);
/// Number of code points of valid UTF-8.
std::size_t codePoints(std::string_view text);

/// The letters a to z of a name, however it is written, so that every keyboard can type them: "işık" gives "isik". At
/// most `most` of them; the rest is left out.
std::string plainLettersOf(std::string_view name, std::size_t most);

/// The key that a user name is found by: trimmed, NFKC, case-folded. Nothing when it is empty, longer than 100 code
/// points, or holds control or invisible formatting characters.
std::optional<std::string> usernameKey(std::string_view username);

}  // namespace polyclinic::accounts
