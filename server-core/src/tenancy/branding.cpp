#include "tenancy/branding.h"

#include <cmath>

namespace polyclinic::tenancy {
namespace {

using namespace std::string_view_literals;

double linear(std::uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double luminance(Colour c) { return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue); }

int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::uint32_t bigEndian(std::string_view bytes, std::size_t at, std::size_t count) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count && at + i < bytes.size(); ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

struct Size {
    std::uint32_t width = 0, height = 0;
};

/// IHDR comes first in a PNG; in a JPEG the frame's header stands behind other segments.
Size sizeOf(std::string_view bytes) {
    if (imageType(bytes) == "image/png")
        return bytes.substr(12, 4) == "IHDR" ? Size{bigEndian(bytes, 16, 4), bigEndian(bytes, 20, 4)} : Size{};
    for (std::size_t at = 2; at + 9 < bytes.size();) {
        if (static_cast<unsigned char>(bytes[at]) != 0xff) return {};
        const auto marker = static_cast<unsigned char>(bytes[at + 1]);
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
            return {bigEndian(bytes, at + 7, 2), bigEndian(bytes, at + 5, 2)};
        at += 2 + bigEndian(bytes, at + 2, 2);
    }
    return {};
}

}  // namespace

std::optional<Colour> colourOf(std::string_view text) {
    if (text.size() != 7 || text[0] != '#') return std::nullopt;
    int digits[6];
    for (int i = 0; i < 6; ++i)
        if ((digits[i] = nibble(text[std::size_t(i) + 1])) < 0) return std::nullopt;
    const auto channel = [&](int i) { return static_cast<std::uint8_t>(digits[i] * 16 + digits[i + 1]); };
    return Colour{channel(0), channel(2), channel(4)};
}

std::string toText(Colour colour) {
    constexpr auto hex = "0123456789abcdef"sv;
    std::string text = "#";
    for (const auto channel : {colour.red, colour.green, colour.blue}) {
        text += hex[channel >> 4];
        text += hex[channel & 15];
    }
    return text;
}

double contrast(Colour a, Colour b) {
    const double one = luminance(a) + 0.05, two = luminance(b) + 0.05;
    return one > two ? one / two : two / one;
}

Colour mixed(Colour a, Colour b, double portion) {
    const auto channel = [portion](std::uint8_t x, std::uint8_t y) {
        return static_cast<std::uint8_t>(std::lround(x * (1 - portion) + y * portion));
    };
    return {channel(a.red, b.red), channel(a.green, b.green), channel(a.blue, b.blue)};
}

std::string_view imageType(std::string_view bytes) {
    if (bytes.size() > 33 && bytes.starts_with("\x89PNG\r\n\x1a\n"sv)) return "image/png";
    if (bytes.size() > 20 && bytes.starts_with("\xff\xd8\xff"sv) && bytes.ends_with("\xff\xd9"sv)) return "image/jpeg";
    return {};
}

std::string faultOfLogo(std::string_view contentType, std::string_view bytes) {
    if (contentType != "image/png" && contentType != "image/jpeg") return "must be image/png or image/jpeg";
    if (bytes.size() > largestLogo) return "must have at most 64 KB";
    if (imageType(bytes) != contentType) return "must be what its contentType says";
    const auto size = sizeOf(bytes);
    if (size.width == 0 || size.height == 0) return "must be a whole picture";
    if (size.width > widestLogo || size.height > widestLogo) return "must have at most 2000 by 2000 pixels";
    return {};
}

}  // namespace polyclinic::tenancy
