// A clinic's colour and logo: what is taken, and how colours are compared (WCAG 2.2, "contrast ratio").

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyclinic::tenancy {

struct Branding {
    std::string color;  // "#rrggbb", lower case; empty: the house's
    std::string logo;   // bytes of a PNG or JPEG; empty: none
    bool empty() const { return color.empty() && logo.empty(); }
};

struct Colour {
    std::uint8_t red = 0, green = 0, blue = 0;
};

/// "#rrggbb"; nothing for other text.
std::optional<Colour> colourOf(std::string_view text);
std::string toText(Colour colour);
/// 1 to 21.
double contrast(Colour a, Colour b);
/// `portion` of `b` in it, 0 to 1.
Colour mixed(Colour a, Colour b, double portion);

/// White text must be readable on the colour, and the colour on white.
inline constexpr double leastContrast = 4.5;
inline constexpr std::size_t largestLogo = 64 << 10;  // bytes
inline constexpr std::uint32_t widestLogo = 2000;     // pixels

/// image/png or image/jpeg by what the bytes are, never by what they are said to be; empty for others. SVG is never
/// taken: it can hold scripts, and all clinics share one origin.
std::string_view imageType(std::string_view bytes);

/// What is wrong with a logo, as a sentence that follows its name; empty: nothing.
std::string faultOfLogo(std::string_view contentType, std::string_view bytes);

}  // namespace polyclinic::tenancy
