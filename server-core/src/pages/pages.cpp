#include "pages/pages.h"

#include <kainjow/mustache.hpp>
#include <map>

#include "base/failure.h"
#include "pages_embedded.h"

namespace polyclinic::pages {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

std::string_view fileNamed(std::string_view name) {
    for (const auto& file : pageFiles())
        if (file.name == name) return file.bytes;
    throw Failure(FailureKind::internal, "A page cannot be shown.", "a page's file is missing from the program");
}

struct Asset {
    std::string_view type, bytes;
};

/// "styles/pages.css" as "pages.HASH.css".
std::string hashedName(std::string_view file) {
    const auto name = file.substr(file.rfind('/') + 1);
    const auto dot = name.rfind('.');
    return std::string(name.substr(0, dot)) + '.' + hexEncode(sha256(fileNamed(file)).substr(0, 8)) +
           std::string(name.substr(dot));
}

const std::map<std::string, Asset, std::less<>>& assets() {
    static const auto table = [] {
        std::map<std::string, Asset, std::less<>> made;
        for (const auto& file : pageFiles()) {
            if (file.name.ends_with(".css")) made[hashedName(file.name)] = {"text/css; charset=utf-8", file.bytes};
            if (file.name.ends_with(".js")) made[hashedName(file.name)] = {"text/javascript; charset=utf-8", file.bytes};
        }
        return made;
    }();
    return table;
}

http::Response page(int status, std::string_view file, data values, const std::string& formTarget) {
    values.set("style", "assets/" + hashedName("styles/pages.css"));
    values.set("script", "assets/" + hashedName("scripts/pages.js"));
    mustache view{std::string(fileNamed(file))};
    auto response = http::Response::make(status, "text/html; charset=utf-8", view.render(values));
    auto& headers = response.headers;
    headers.set("Content-Security-Policy",
                "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'" +
                    (formTarget.empty() ? "" : " " + formTarget) + "; frame-ancestors 'none'; base-uri 'none'");
    headers.set("X-Frame-Options", "DENY");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    headers.set("Pragma", "no-cache");
    return response;
}

}  // namespace

http::Response signIn(int status, const SignIn& shown) {
    data values;
    data fields{data::type::list};
    for (const auto& [name, value] : shown.hidden) {
        data field;
        field.set("name", name);
        field.set("value", value);
        fields.push_back(field);
    }
    values.set("fields", fields);
    values.set("username", shown.username);
    values.set("destination", shown.destination);
    if (!shown.error.empty()) values.set("error", shown.error);
    return page(status, "pages/operator_sign_in.mustache", std::move(values), shown.redirectOrigin);
}

http::Response error(const Error& shown) {
    data values;
    values.set("title", shown.title);
    values.set("sentence", shown.sentence);
    if (!shown.advice.empty()) values.set("advice", shown.advice);
    if (!shown.reference.empty()) values.set("reference", shown.reference);
    return page(shown.status, "pages/error.mustache", std::move(values), {});
}

std::optional<http::Response> asset(std::string_view name) {
    const auto found = assets().find(name);
    if (found == assets().end()) return std::nullopt;
    auto response = http::Response::make(200, std::string(found->second.type), std::string(found->second.bytes));
    response.headers.set("Cache-Control", "public, max-age=31536000, immutable");
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
}

}  // namespace polyclinic::pages
