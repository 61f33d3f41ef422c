#include "fhir/search/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/failure.h"
#include "base/text.h"

namespace polyclinic::fhir {
namespace {

bool isAscii(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*get)(UErrorCode&)) {
    UErrorCode error = U_ZERO_ERROR;
    const auto* found = get(error);  // ICU's own singletons, safe for all threads
    if (U_FAILURE(error)) throw Failure(FailureKind::internal, "Text cannot be compared.", "ICU has no normalizer");
    return *found;
}

icu::UnicodeString normalized(const icu::Normalizer2& form, const icu::UnicodeString& text) {
    UErrorCode error = U_ZERO_ERROR;
    auto result = form.normalize(text, error);
    if (U_FAILURE(error)) throw Failure(FailureKind::internal, "Text cannot be compared.", "ICU could not normalize");
    return result;
}

}  // namespace

std::string foldText(std::string_view text) {
    if (isAscii(text)) return lowerAscii(text);
    const auto& decomposing = normalizer(icu::Normalizer2::getNFKDInstance);
    auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    wide = normalized(decomposing, wide);
    wide.foldCase();
    wide = normalized(decomposing, wide);  // folding can compose again (U+0130)
    icu::UnicodeString bare;
    for (std::int32_t i = 0; i < wide.length(); i = wide.moveIndex32(i, 1)) {
        const UChar32 c = wide.char32At(i);
        if (u_charType(c) != U_NON_SPACING_MARK) bare.append(c);
    }
    std::string folded;
    bare.toUTF8String(folded);
    return folded;
}

std::string_view cutText(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
    return text.substr(0, bytes);
}

std::optional<std::string> textAfter(std::string_view prefix) {
    // Byte order of UTF-8 is the order of code points: the last one is raised, or dropped where it is the highest.
    auto wide = icu::UnicodeString::fromUTF8(icu::StringPiece(prefix.data(), static_cast<std::int32_t>(prefix.size())));
    while (!wide.isEmpty()) {
        const std::int32_t at = wide.moveIndex32(wide.length(), -1);
        const UChar32 last = wide.char32At(at);
        wide.truncate(at);
        if (last == 0x10ffff) continue;
        wide.append(last + 1 == 0xd800 ? 0xe000 : last + 1);
        std::string after;
        wide.toUTF8String(after);
        return after;
    }
    return std::nullopt;
}

std::int64_t tokenHash(std::string_view code) { return indexHash(lowerAscii(code)); }

std::int64_t exactHash(std::string_view text) { return indexHash(text); }

std::int64_t systemHash(std::string_view system) { return system.empty() ? 0 : indexHash(system); }

}  // namespace polyclinic::fhir
