// Names and passwords as people type them, brought to one form.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyclinic::identity {

/// Unicode NFKC (UAX 15). Nothing for bytes that are not UTF-8.
std::optional<std::string> nfkc(std::string_view text);
/// NFKC_Casefold, for comparing. Nothing for bytes that are not UTF-8.
std::optional<std::string> nfkcCasefold(std::string_view text);
/// Number of code points of valid UTF-8.
std::size_t codePoints(std::string_view text);

/// Letters and marks of a name, NFKC and case-folded, the rest left out; at most `most` code points.
std::string lettersOf(std::string_view name, std::size_t most);

/// The key that a user name is found by: trimmed, NFKC, case-folded. Nothing when it is empty, longer than 100 code
/// points, or holds control or invisible formatting characters.
std::optional<std::string> usernameKey(std::string_view username);

}  // namespace polyclinic::identity
