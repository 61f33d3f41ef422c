// How texts are made comparable: the one folding that index and query share. Part of the stored format.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyclinic::fhir {

inline constexpr std::size_t longestIndexedString = 1'000;  // bytes
inline constexpr std::size_t longestIndexedUri = 2'000;

/// Without case, accents and compatibility forms (Unicode NFKD, marks removed, case folded). `text` is UTF-8.
/// http://hl7.org/fhir/R4/search.html#string
std::string foldText(std::string_view text);

/// At most `bytes` of `text`, cut between two characters.
std::string_view cutText(std::string_view text, std::size_t bytes);

/// The least text in byte order that is greater than every text that begins with `prefix`; nothing when there is none.
std::optional<std::string> textAfter(std::string_view prefix);

/// Hash of a token's code: ASCII case is ignored, as R4 advises servers in doubt.
/// http://hl7.org/fhir/R4/search.html#token
std::int64_t tokenHash(std::string_view code);

/// Hash of a string as it was sent, for :exact.
std::int64_t exactHash(std::string_view text);

/// Hash of a code system's or unit system's URI; 0 for the empty text.
std::int64_t systemHash(std::string_view system);

}  // namespace polyclinic::fhir
