#include "auth/oauth_form.h"

#include <algorithm>
#include <unordered_set>

#include "auth/program_proof.h"

namespace polyclinic::auth {
namespace {

bool equalsWithoutCase(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

/// The two parts are form-encoded before they are joined (RFC 6749 section 2.3.1).
ClientCredentials basicCredentials(std::string_view header) {
    constexpr std::string_view scheme = "Basic ";
    if (header.size() <= scheme.size() || !equalsWithoutCase(header.substr(0, scheme.size()), scheme)) throw noClient();
    const auto text = base64Decode(header.substr(scheme.size()));
    if (!text) throw noClient();
    const auto colon = text->find(':');
    if (colon == text->npos) throw noClient();
    const auto id = percentDecode(std::string_view(*text).substr(0, colon), true);
    const auto secret = percentDecode(std::string_view(*text).substr(colon + 1), true);
    if (!id || !secret || id->empty() || secret->empty() || !isUtf8(*id)) throw noClient();
    return {*id, *secret};
}

}  // namespace

bool hasMediaType(const http::Request& request, std::string_view type) {
    auto value = request.header("Content-Type");
    value = value.substr(0, value.find(';'));
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    return equalsWithoutCase(value, type);
}

OAuthForm OAuthForm::ofPost(const http::Request& request) {
    if (request.method != http::Method::post) throw Failure(FailureKind::methodNotAllowed, "Only POST works here.");
    // What stands in an address ends up in logs.
    if (!request.query.empty()) throw OAuthFailure("invalid_request", "Parameters belong in the body.");
    if (!hasMediaType(request, "application/x-www-form-urlencoded"))
        throw OAuthFailure("invalid_request", "The body must be application/x-www-form-urlencoded.");
    if (request.body.size() > 256 * 1024) throw OAuthFailure("invalid_request", "The body is too long.");
    auto fields = parseForm(request.body);
    if (!fields) throw OAuthFailure("invalid_request", "The body is not a form in UTF-8.");
    OAuthForm form(std::move(*fields));
    if (form.repeats()) throw OAuthFailure("invalid_request", "A parameter is given twice.");
    return form;
}

std::string_view OAuthForm::get(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (key == name) return value;
    return {};
}

std::string_view OAuthForm::demand(std::string_view name) const {
    const auto value = get(name);
    if (value.empty()) throw OAuthFailure("invalid_request", "The parameter " + std::string(name) + " is missing.");
    return value;
}

bool OAuthForm::repeats() const {
    std::unordered_set<std::string_view> seen;
    for (const auto& field : fields_)
        if (!seen.insert(field.first).second) return true;
    return false;
}

bool OAuthForm::repeats(std::string_view name) const {
    return std::count_if(fields_.begin(), fields_.end(), [&](const auto& field) { return field.first == name; }) > 1;
}

ClientCredentials clientCredentials(const http::Request& request, const OAuthForm& form) {
    const auto headers = request.headers.count("Authorization");
    if (headers > 1) throw OAuthFailure("invalid_request", "There are two Authorization headers.");
    if (form.has("client_assertion") || form.has("client_assertion_type"))
        throw OAuthFailure("invalid_client", "Client assertions are not offered here.");
    const bool inBody = form.has("client_secret");
    if (headers == 0) {
        ClientCredentials credentials{std::string(form.get("client_id")), std::nullopt};
        if (inBody) credentials.secret = form.get("client_secret");
        return credentials;
    }
    if (inBody) throw OAuthFailure("invalid_request", "The client's secret is given twice.");
    auto credentials = basicCredentials(request.header("Authorization"));
    if (form.has("client_id") && form.get("client_id") != credentials.id)
        throw OAuthFailure("invalid_request", "The client is named twice, differently.");
    return credentials;
}

}  // namespace polyclinic::auth
