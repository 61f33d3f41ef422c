#include "pages/page_theme.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "base/text.h"
#include "base/url.h"
#include "tenancy/branding.h"

namespace polyclinic::pages {
namespace {

constexpr std::string_view languageCookie = "pc-lang";

std::optional<std::string> askedFor(const http::RequestHead& request) {
    const auto fields = parseForm(request.query);
    if (!fields) return std::nullopt;
    for (const auto& [name, value] : *fields)
        if (name == "lang") return nearestLanguage(value);
    return std::nullopt;
}

std::optional<std::string> keptLanguage(const http::RequestHead& request) {
    std::optional<std::string> found;
    for (const auto each : split(request.header("Cookie"), ';')) {
        const auto part = trimmed(each);
        if (!found && part.starts_with(languageCookie) && part.substr(languageCookie.size()).starts_with("="))
            found = nearestLanguage(part.substr(languageCookie.size() + 1));
    }
    return found;
}

/// RFC 9110 section 12.5.4; the best weight wins, the earlier of equals.
std::optional<std::string> accepted(const http::RequestHead& request) {
    std::optional<std::string> best;
    double bestWeight = 0;
    for (const auto part : split(request.header("Accept-Language"), ',')) {
        double weight = 1;
        const auto mark = part.find(';');
        if (mark != part.npos) {
            const auto parameter = trimmed(part.substr(mark + 1));
            if (parameter.starts_with("q=")) std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), weight);
        }
        const auto language = nearestLanguage(trimmed(part.substr(0, mark)));
        if (language && weight > bestWeight) {
            best = language;
            bestWeight = weight;
        }
    }
    return best;
}

/// Path and query without lang=.
std::string selfOf(const http::RequestHead& request, const std::string& root) {
    FormFields left;
    for (auto& field : parseForm(request.query).value_or(FormFields()))
        if (field.first != "lang") left.push_back(std::move(field));
    return root + request.path + (left.empty() ? "" : "?" + encodeForm(left));
}

std::string addressed(std::string_view kind, const std::string& bytes, std::string_view ending) {
    return std::string(kind) + '.' + hexEncode(sha256(bytes).substr(0, 8)) + '.' + std::string(ending);
}

}  // namespace

const std::vector<std::string>& languages() {
    static const std::vector<std::string> tags{"en", "es", "ar"};
    return tags;
}

std::optional<std::string> nearestLanguage(std::string_view tag) {
    const auto wanted = lowerAscii(tag.substr(0, tag.find('-')));
    for (const auto& known : languages())
        if (known == wanted) return known;
    return std::nullopt;
}

std::string languageFor(const http::RequestHead& request, std::string_view accountLanguage, std::string_view clinicLanguage) {
    if (auto language = askedFor(request)) return *language;
    if (auto language = keptLanguage(request)) return *language;
    if (auto language = nearestLanguage(accountLanguage)) return *language;
    if (auto language = accepted(request)) return *language;
    return nearestLanguage(clinicLanguage).value_or("en");
}

void setLanguage(std::string_view language, const http::RequestHead& request, http::Response& response) {
    response.headers.add("Set-Cookie", std::string(languageCookie) + '=' + std::string(language) +
                                           "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax" + (request.tls ? "; Secure" : ""));
}

void keepLanguage(const http::RequestHead& request, http::Response& response) {
    if (const auto language = askedFor(request)) setLanguage(*language, request, response);
}

PageTheme pageThemeOf(const tenancy::TenantContext& tenant, const http::RequestHead& request, std::string_view accountLanguage) {
    const auto& about = tenant.record().tenant;
    PageTheme theme;
    theme.clinic = about.name;
    theme.phone = about.phone;
    theme.timezone = about.timezone;
    theme.language = languageFor(request, accountLanguage, about.language);
    theme.root = urlPath(tenant.urls().base());
    theme.portal = urlPath(tenant.urls().patientPortal());
    if (const auto style = themeStyleOf(about)) theme.theme = theme.portal + "/brand/" + style->name;
    if (const auto logo = logoOf(about)) theme.logo = theme.portal + "/brand/" + logo->name;
    if (request.method == http::Method::get || request.method == http::Method::head) theme.self = selfOf(request, theme.root);
    return theme;
}

PageTheme housePageTheme(const http::RequestHead& request) {
    PageTheme theme;
    theme.language = languageFor(request, {}, "en");
    return theme;
}

std::optional<Themed> themeStyleOf(const tenancy::Tenant& tenant) {
    if (tenant.branding.color.empty()) return std::nullopt;
    using namespace tenancy;
    const auto colour = *colourOf(tenant.branding.color);
    // On dark ground the same hue, as light as it must be.
    const Colour ground{0x1a, 0x22, 0x29};
    Colour light = colour;
    for (int step = 0; step < 20 && contrast(light, ground) < 7.0; ++step) light = mixed(light, {255, 255, 255}, 0.1);
    const Colour deep = mixed(colour, {0, 0, 0}, 0.25), lighter = mixed(light, {255, 255, 255}, 0.3);
    // The band on dark ground: the brand as it is, or darkened until white can be read on it, which the check at save made sure.
    std::string css = ":root{--brand:" + toText(colour) + ";--brand-deep:" + toText(deep) + ";--accent:" + toText(colour) +
                      ";--accent-deep:" + toText(deep) +
                      "}\n@media(prefers-color-scheme:dark){:root{--brand:" + toText(mixed(colour, {0, 0, 0}, 0.35)) +
                      ";--accent:" + toText(light) + ";--accent-deep:" + toText(lighter) + "}}\n";
    const auto name = addressed("theme", css, "css");
    return Themed{name, "text/css; charset=utf-8", std::move(css)};
}

std::optional<Themed> logoOf(const tenancy::Tenant& tenant) {
    const auto& logo = tenant.branding.logo;
    if (logo.empty()) return std::nullopt;
    const bool png = tenancy::imageType(logo) == "image/png";
    return Themed{addressed("logo", logo, png ? "png" : "jpg"), std::string(tenancy::imageType(logo)), logo};
}

}  // namespace polyclinic::pages
