// How one clinic's pages look, and in which language they speak.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::pages {

/// What every page of one clinic shares. Values only; made by pageThemeOf, then completed by the handler.
struct PageTheme {
    std::string clinic;           // its name
    std::string phone;            // empty: none is known
    std::string language = "en";  // one of languages()
    std::string timezone = "UTC";
    std::string root;    // path before /assets/, empty where the server is alone at its host
    std::string portal;  // path of the patient portal
    std::string theme;   // path of the clinic's style sheet; empty: the house's colours
    std::string logo;    // path of its logo; empty: none
    std::string self;    // path and query of this page without lang=, for the language links; empty: no links

    // Of the person who is signed in; empty where nobody is.
    std::string person;          // "Maria Gomez"
    std::string csrf;            // form token of this page's forms, sent as csrf_token
    std::string place;           // which entry of the portal's menu is this page: home, apps, activity, sessions, account
    bool menu = false;           // show the portal's menu and the sign-out button (csrf must be set)
    std::string redirectOrigin;  // where this page's form may lead besides our own pages; empty: nowhere
};

/// Languages that all pages are written in, as tags: en, es, ar.
const std::vector<std::string>& languages();
/// The nearest of languages() to a tag such as es-MX; nothing when there is none.
std::optional<std::string> nearestLanguage(std::string_view tag);

/// The page's language: ?lang= of the request, else its cookie, else the account's, else Accept-Language, else the
/// clinic's, else English.
std::string languageFor(const http::RequestHead& request, std::string_view accountLanguage, std::string_view clinicLanguage);
/// Keeps a ?lang= of the request in a cookie; no effect without one.
void keepLanguage(const http::RequestHead& request, http::Response& response);

/// The same for a language that was chosen by a form.
void setLanguage(std::string_view language, const http::RequestHead& request, http::Response& response);

/// Everything but who is signed in.
PageTheme pageThemeOf(const tenancy::TenantContext& tenant, const http::RequestHead& request, std::string_view accountLanguage = {});
/// For pages that belong to no clinic.
PageTheme housePageTheme(const http::RequestHead& request);

/// The clinic's colours as a style sheet; its address changes with its content. Nothing without a brand colour.
struct Themed {
    std::string name;  // "theme.HASH.css" or "logo.HASH.png"
    std::string type;
    std::string bytes;
};
std::optional<Themed> themeStyleOf(const tenancy::Tenant& tenant);
std::optional<Themed> logoOf(const tenancy::Tenant& tenant);

}  // namespace polyclinic::pages
