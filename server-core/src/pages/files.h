// The files of pages inside the program, and those of them that browsers fetch.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace polyclinic::pages {

/// Throws Failure(internal) when there is none.
std::string_view fileNamed(std::string_view name);
/// "styles/pages.css" as "pages.HASH.css".
std::string hashedName(std::string_view file);

/// A style sheet or script by its full name with the hash of its content ("pages.1f2e....css"): kept for a year.
/// Nothing for every other name.
std::optional<http::Response> asset(std::string_view name);
/// Bytes that never change at their address.
http::Response lasting(std::string type, std::string bytes);

}  // namespace polyclinic::pages
