// Text forms of bytes: base64url, base64, hex, percent-encoding, forms. And digests.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyclinic {

/// RFC 4648 section 5, without padding.
std::string base64UrlEncode(std::string_view bytes);
/// Nothing for padding, white space or any other foreign character.
std::optional<std::string> base64UrlDecode(std::string_view text);
/// RFC 4648 section 4, padding demanded; nothing for other text.
std::optional<std::string> base64Decode(std::string_view text);
std::string base64Encode(std::string_view bytes);
/// Lower case.
std::string hexEncode(std::string_view bytes);

/// RFC 3986 percent-encoding of everything but unreserved characters.
std::string percentEncode(std::string_view text);
/// Nothing for a broken escape. `plusIsSpace` for forms and queries.
std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace);

/// Fields of a query or of an application/x-www-form-urlencoded body, in order, repeated names kept.
/// Nothing for a broken escape, NUL or bytes that are not UTF-8.
using FormFields = std::vector<std::pair<std::string, std::string>>;
std::optional<FormFields> parseForm(std::string_view text);
std::string encodeForm(const FormFields& fields);

bool isUtf8(std::string_view bytes);

/// 32 bytes.
std::string sha256(std::string_view bytes);
/// 32 bytes.
std::string hmacSha256(std::string_view key, std::string_view bytes);
/// Comparison whose time does not depend on where the texts differ.
bool equalInConstantTime(std::string_view a, std::string_view b);

/// 64-bit xxHash3 with seed 0, as the search index keeps it. Part of the stored format: never change it.
std::int64_t indexHash(std::string_view text);

/// HTML text and attribute values: & < > " ' escaped.
std::string escapeHtml(std::string_view text);

}  // namespace polyclinic
