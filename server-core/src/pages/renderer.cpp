#include "pages/renderer.h"

#include <algorithm>
#include <map>

#include "base/failure.h"
#include "base/url.h"
#include "pages/files.h"

namespace polyclinic::pages {
namespace {

constexpr std::string_view sourceCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-._+:/[]";

using Context = kainjow::mustache::context<std::string>;

/// Values first, then "t.KEY" of the language.
class Speaking final : public Context {
  public:
    Speaking(const data* values, const Translations& translations) : Context(values), translations_(translations) {}
    const data* get(const std::string& name) const override {
        if (name.starts_with("t.")) return translations_.forTemplate(name.substr(2));
        return Context::get(name);
    }

  private:
    const Translations& translations_;
};

std::string templateNamed(std::string_view name) {
    std::string text(fileNamed("pages/" + std::string(name) + ".mustache"));
    // Text that is not escaped has no place on a page.
    if (text.find("{{{") != text.npos || text.find("{{&") != text.npos)
        throw Failure(FailureKind::internal, "A page cannot be shown.", "a template asks for text without escaping");
    return text;
}

/// With its partials in their places.
std::string wholeTemplate(std::string_view name) {
    auto text = templateNamed(name);
    for (auto at = text.find("{{>"); at != text.npos; at = text.find("{{>", at)) {
        const auto end = text.find("}}", at);
        const auto first = text.find_first_not_of(' ', at + 3);
        const auto part = text.substr(first, std::min(text.find(' ', first), end) - first);
        text.replace(at, end + 2 - at, templateNamed(part));
    }
    return text;
}

/// Parsed once a thread: filling in changes the object.
kainjow::mustache::mustache& viewNamed(std::string_view name) {
    thread_local std::map<std::string, kainjow::mustache::mustache, std::less<>> views;
    const auto found = views.find(name);
    if (found != views.end()) return found->second;
    return views.emplace(name, wholeTemplate(name)).first->second;
}

/// What a telephone dials.
std::string digitsOf(const std::string& phone) {
    std::string digits;
    for (const char c : phone)
        if ((c >= '0' && c <= '9') || (c == '+' && digits.empty())) digits += c;
    return digits;
}

void putFrame(const PageTheme& theme, const Translations& translations, data& values) {
    put(values, "lang", theme.language);
    put(values, "dir", translations.rightToLeft() ? "rtl" : "ltr");
    put(values, "clinic", theme.clinic.empty() ? "Polyclinic" : theme.clinic);
    put(values, "phone", theme.phone);
    put(values, "phone_digits", digitsOf(theme.phone));
    put(values, "home", theme.portal);
    put(values, "csrf", theme.csrf);
    put(values, "person", theme.person);
    put(values, "style", theme.root + "/assets/" + hashedName("styles/pages.css"));
    put(values, "script", theme.root + "/assets/" + hashedName("scripts/pages.js"));
    put(values, "theme", theme.theme);
    put(values, "logo", theme.logo);
    if (theme.menu) {
        auto menu = object();
        auto entries = list();
        for (const std::string place : {"home", "apps", "activity", "sessions", "account"}) {
            auto entry = object();
            put(entry, "href", theme.portal + "/" + place);
            put(entry, "label", translations.text("menu_" + place));
            entry.set("current", place == theme.place);
            entries.push_back(entry);
        }
        menu.set("entries", entries);
        values.set("menu", menu);
    }
    if (!theme.self.empty()) {
        auto entries = list();
        for (const auto& tag : languages()) {
            auto entry = object();
            put(entry, "tag", tag);
            put(entry, "label", Translations::of(tag).text("language_name"));
            put(entry, "href", withQuery(theme.self, {{"lang", tag}}));
            entry.set("current", tag == theme.language);
            entries.push_back(entry);
        }
        values.set("languages", data("entries", entries));
    }
}

}  // namespace

data object() { return data(data::type::object); }
data list() { return data(data::type::list); }

void put(data& values, const std::string& name, const std::string& text) {
    if (text.empty())
        values.set(name, data(false));
    else
        values.set(name, text);
}

data fact(const std::string& term, const std::string& value) {
    auto made = object();
    put(made, "term", term);
    put(made, "value", value);
    return made;
}

void putProblem(data& values, const std::string& sentence, const std::string& href) {
    const auto* before = values.get("problems");
    const auto* said = before ? before->get("entries") : nullptr;
    auto entries = said ? data(*said) : list();
    auto entry = object();
    put(entry, "sentence", sentence);
    put(entry, "href", href);
    entries.push_back(entry);
    values.set("problems", data("entries", entries));
}

void secure(http::Response& response, const std::string& formTarget) {
    // A target that could be read as more than one is none: https://app.example.org:444, https://[::1] or com.app:.
    const bool one = formTarget.find_first_not_of(sourceCharacters) == formTarget.npos;
    auto& headers = response.headers;
    headers.set("Content-Security-Policy",
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'" +
                    (formTarget.empty() || !one ? "" : " " + formTarget) + "; frame-ancestors 'none'; base-uri 'none'");
    headers.set("X-Frame-Options", "DENY");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    headers.set("Pragma", "no-cache");
}

http::Response seeOther(std::string location) {
    auto response = http::Response::make(303, {}, {});
    secure(response);
    response.headers.set("Location", std::move(location));
    return response;
}

http::Response render(const PageTheme& theme, std::string_view name, data values, int status) {
    const auto& translations = Translations::of(theme.language);
    putFrame(theme, translations, values);
    auto& view = viewNamed(name);
    Speaking context(&values, translations);
    auto html = view.render(context);
    if (!view.is_valid()) throw Failure(FailureKind::internal, "A page cannot be shown.", "template: " + view.error_message());
    auto response = http::Response::make(status, "text/html; charset=utf-8", std::move(html));
    response.headers.set("Content-Language", theme.language);
    secure(response, theme.redirectOrigin);
    return response;
}

}  // namespace polyclinic::pages
