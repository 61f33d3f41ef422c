#include "http/own_form.h"

#include "base/failure.h"
#include "base/text.h"

namespace polyclinic::http {

bool hasMediaType(const RequestHead& request, std::string_view type) {
    const auto value = request.header("Content-Type");
    return sameIgnoringCase(trimmed(value.substr(0, value.find(';'))), type);
}

bool isFromAnotherSite(const RequestHead& request) {
    const auto origin = request.headers.find("Origin");
    if (origin && *origin != "http://" + request.host && *origin != "https://" + request.host) return true;
    const auto site = request.headers.find("Sec-Fetch-Site");
    return site && *site != "same-origin" && *site != "none";
}

std::variant<OwnForm, OwnForm::Fault> OwnForm::read(const Request& request) {
    if (isFromAnotherSite(request)) return Fault::foreign;
    if (!hasMediaType(request, formMediaType)) return Fault::noForm;
    auto fields = parseForm(request.body);
    if (!fields) return Fault::unreadable;
    return OwnForm(std::move(*fields));
}

OwnForm OwnForm::demand(const Request& request) {
    auto form = read(request);
    if (auto* own = std::get_if<OwnForm>(&form)) return std::move(*own);
    switch (std::get<Fault>(form)) {
        case Fault::foreign:
            throw Failure(FailureKind::forbidden, "Another site sent this form.");
        case Fault::noForm:
            throw Failure(FailureKind::unsupportedMediaType, "This is not a form of our pages.");
        case Fault::unreadable:
            break;
    }
    throw Failure(FailureKind::badRequest, "The form cannot be read.");
}

bool OwnForm::holdsToken(std::string_view token) const { return !token.empty() && equalInConstantTime(get(tokenField), token); }

void OwnForm::demandToken(std::string_view token) const {
    if (!holdsToken(token)) throw Failure(FailureKind::forbidden, "The form has expired.");
}

std::string OwnForm::get(std::string_view name) const {
    for (const auto& [key, value] : fields_)
        if (key == name) return value;
    return {};
}

}  // namespace polyclinic::http
