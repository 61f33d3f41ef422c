#include "accounts/text.h"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/text.h"

namespace polyclinic::accounts {
namespace {

std::optional<std::string> normalized(const icu::Normalizer2* form, UErrorCode status, std::string_view text) {
    if (U_FAILURE(status)) throw Failure(FailureKind::internal, "Text cannot be normalized.", u_errorName(status));
    if (!isUtf8(text)) return std::nullopt;
    std::string result;
    icu::StringByteSink<std::string> sink(&result);
    form->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr, status);
    if (U_FAILURE(status)) return std::nullopt;
    return result;
}

bool isShowable(const icu::UnicodeString& text) {
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const auto type = u_charType(text.char32At(i));
        if (type == U_CONTROL_CHAR || type == U_FORMAT_CHAR || type == U_UNASSIGNED || type == U_PRIVATE_USE_CHAR ||
            type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR)
            return false;
    }
    return true;
}

/// Its rules take a tenth of a second to be read.
std::unique_ptr<icu::Transliterator> makePlain() {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> plain(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status));
    if (U_FAILURE(status)) throw Failure(FailureKind::internal, "Text cannot be made plain.", u_errorName(status));
    return plain;
}

}  // namespace

std::optional<std::string> nfkc(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* form = icu::Normalizer2::getNFKCInstance(status);
    return normalized(form, status, text);
}

std::optional<std::string> nfkcCasefold(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* form = icu::Normalizer2::getNFKCCasefoldInstance(status);
    return normalized(form, status, text);
}

std::size_t codePoints(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

std::string plainLettersOf(std::string_view name, std::size_t most) {
    if (!isUtf8(name)) return {};
    // One for all: a copy would read its rules again.
    static const auto plain = makePlain();
    static std::mutex oneAtATime;
    const std::scoped_lock lock(oneAtATime);
    auto text = icu::UnicodeString::fromUTF8(icu::StringPiece(name.data(), int32_t(name.size())));
    plain->transliterate(text);
    std::string letters;
    for (int32_t i = 0; i < text.length() && letters.size() < most; ++i)
        if (text[i] >= u'a' && text[i] <= u'z') letters += char(text[i]);
    return letters;
}

std::optional<std::string> usernameKey(std::string_view username) {
    username = trimmed(username, blanksAndLines);
    if (username.empty() || username.size() > 400 || codePoints(username) > 100 || !isUtf8(username)) return std::nullopt;
    if (!isShowable(icu::UnicodeString::fromUTF8(icu::StringPiece(username.data(), int32_t(username.size()))))) return std::nullopt;
    auto key = nfkcCasefold(username);
    if (!key || key->empty()) return std::nullopt;
    return key;
}

}  // namespace polyclinic::accounts
