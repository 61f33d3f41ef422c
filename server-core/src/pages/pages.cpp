#include "pages/pages.h"

#include <algorithm>

#include "pages/renderer.h"

namespace polyclinic::pages {
namespace {

/// Pages of the operators' side: English, at the house's look, their files beside them.
http::Response housePage(int status, std::string_view file, data values, const std::string& formTarget) {
    values.set("style", "assets/" + hashedName("styles/pages.css"));
    values.set("script", "assets/" + hashedName("scripts/pages.js"));
    kainjow::mustache::mustache view{std::string(fileNamed(file))};
    auto response = http::Response::make(status, "text/html; charset=utf-8", view.render(values));
    secure(response, formTarget);
    return response;
}

/// The key of what is said for a status: error_KEY and error_KEY_title.
std::string keyOf(int status) {
    switch (status) {
        case 403:
            return "error_forbidden";
        case 404:
            return "error_not_found";
        case 429:
            return "error_many";
        case 503:
            return "error_unavailable";
        default:
            return {};
    }
}

}  // namespace

http::Response signIn(int status, const SignIn& shown) {
    auto values = object();
    auto fields = list();
    for (const auto& [name, value] : shown.hidden) {
        auto field = object();
        field.set("name", name);
        field.set("value", value);
        fields.push_back(field);
    }
    values.set("fields", fields);
    values.set("username", shown.username);
    put(values, "program", shown.program);
    put(values, "address", shown.address);
    if (!shown.error.empty()) values.set("error", shown.error);
    return housePage(status, "pages/operator_sign_in.mustache", std::move(values), shown.redirectOrigin);
}

http::Response error(const Error& shown) {
    auto values = object();
    put(values, "title", shown.title);
    put(values, "sentence", shown.sentence);
    put(values, "advice", shown.advice);
    put(values, "reference", shown.reference);
    return housePage(shown.status, "pages/error.mustache", std::move(values), {});
}

http::Response fault(const PageTheme& theme, const Fault& shown) {
    const auto& translations = Translations::of(theme.language);
    const auto key = keyOf(shown.status);
    auto values = object();
    const auto titleKey = key.empty() ? "error_title" : key + "_title";
    put(values, "title", shown.title.empty() ? translations.text(titleKey) : shown.title);
    const std::int64_t minutes = std::max(1, (shown.retryAfter + 59) / 60);
    auto sentence = shown.sentence;
    if (sentence.empty())
        sentence =
            key == "error_many" ? translations.text(key, {{"minutes", minutes}}) : translations.text(key.empty() ? "error_internal" : key);
    put(values, "sentence", sentence);
    if (!theme.phone.empty() && shown.status != 404)
        put(values, "advice", translations.text("error_advice_call", {{"phone", theme.phone}}));
    put(values, "reference", shown.status >= 500 ? shown.reference : "");
    auto go = object();
    put(go, "href", shown.go.first.empty() ? theme.portal : shown.go.first);
    put(go, "label", shown.go.second.empty() ? translations.text("to_start") : shown.go.second);
    if (!shown.go.first.empty() || !theme.portal.empty()) values.set("go", go);
    auto response = render(theme, "message", std::move(values), shown.status);
    if (shown.retryAfter > 0) response.headers.set("Retry-After", std::to_string(shown.retryAfter));
    return response;
}

}  // namespace polyclinic::pages
