#include "authorization_server/authorize_answers.h"

#include "base/url.h"
#include "pages/page_theme.h"
#include "pages/pages.h"
#include "pages/translations.h"

namespace polyclinic::authorization_server {

http::Response refusal(const AuthContext& context, const http::Request& request, const char* text, int status) {
    auto theme = pages::pageThemeOf(context.tenant, request);
    theme.self.clear();  // the other languages' links would ask again
    return pages::fault(theme, {status, {}, pages::Translations::of(theme.language).text(text), request.id});
}

http::Response answerToApp(std::string_view redirectUri, std::string_view issuer, std::string_view state, FormFields fields) {
    if (!state.empty()) fields.emplace_back("state", state);
    fields.emplace_back("iss", issuer);
    return seeOther(withQuery(redirectUri, fields));
}

http::Response seeOther(std::string location) {
    auto response = http::Response::make(303, {}, {});
    response.headers.set("Location", std::move(location));
    response.headers.set("Cache-Control", "no-store");
    // The address of a request is nobody else's business.
    response.headers.set("Referrer-Policy", "no-referrer");
    return response;
}

}  // namespace polyclinic::authorization_server
