// From values to an HTML answer. Everything is escaped; templates that ask for less are refused.

#pragma once

#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>

#include "http/message.h"
#include "pages/files.h"
#include "pages/page_theme.h"
#include "pages/translations.h"

namespace polyclinic::pages {

using kainjow::mustache::data;

/// An object or a list for a template. Empty texts are left out, since a template would take them for true.
data object();
data list();
void put(data& values, const std::string& name, const std::string& text);
/// A line of a list of terms and what each of them is.
data fact(const std::string& term, const std::string& value);

/// The summary above a form: what is wrong, and where ("#password"; empty: nowhere). One more with every call.
void putProblem(data& values, const std::string& sentence, const std::string& href);

/// The template pages/NAME.mustache with the frame of every page (partials "head" and "foot"). `values` must hold "title".
/// Texts of the look's language stand under "t.KEY". Headers: strict Content-Security-Policy, no framing, no caching.
http::Response render(const PageTheme& theme, std::string_view name, data values, int status = 200);

/// Only the headers, for answers of pages that are no HTML.
void secure(http::Response& response, const std::string& formTarget = {});
/// 303: the browser goes on with GET.
http::Response seeOther(std::string location);

}  // namespace polyclinic::pages
