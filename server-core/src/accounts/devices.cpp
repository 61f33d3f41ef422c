#include "accounts/devices.h"

#include <span>

namespace polyclinic::accounts {
namespace {

struct Mark {
    std::string_view part, name;
};

// The first that is found counts: browsers name those that they descend from, too.
constexpr Mark browsers[] = {{"Edg", "Edge"},       {"OPR/", "Opera"},       {"SamsungBrowser", "Samsung Internet"},
                             {"FxiOS", "Firefox"},  {"Firefox/", "Firefox"}, {"QtWebEngine", "Polyclinic"},
                             {"CriOS", "Chrome"},   {"Chrome/", "Chrome"},   {"Chromium", "Chromium"},
                             {"Safari/", "Safari"}, {"curl/", "curl"}};
constexpr Mark systems[] = {{"iPhone", "iPhone"},   {"iPad", "iPad"},     {"Android", "Android"}, {"CrOS", "ChromeOS"},
                            {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"Linux", "Linux"}};

std::string_view first(std::span<const Mark> marks, std::string_view text) {
    for (const auto& mark : marks)
        if (text.find(mark.part) != text.npos) return mark.name;
    return {};
}

}  // namespace

std::string deviceName(std::string_view userAgent) {
    const auto browser = first(browsers, userAgent), system = first(systems, userAgent);
    std::string name(browser.empty() ? "Unknown browser" : browser);
    if (!system.empty()) name += " on " + std::string(system);
    return name;
}

}  // namespace polyclinic::accounts
