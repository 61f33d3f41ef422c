#include "authorization_server/oauth_form.h"

#include <algorithm>
#include <unordered_set>

#include "authorization_server/oauth_failure.h"

namespace polyclinic::authorization_server {

OAuthForm OAuthForm::ofPost(const http::Request& request) {
    if (request.method != http::Method::post) throw Failure(FailureKind::methodNotAllowed, "Only POST works here.");
    // What stands in an address ends up in logs.
    if (!request.query.empty()) throw OAuthFailure("invalid_request", "Parameters belong in the body.");
    if (!hasMediaType(request, http::formMediaType))
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

}  // namespace polyclinic::authorization_server
