// Pages that authorization servers show, and the files that they need.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "http/message.h"

namespace polyclinic::pages {

struct SignIn {
    FormFields hidden;        // of the authorization request, and the form's token
    std::string username;     // as typed before
    std::string error;        // empty: none
    std::string destination;  // where the browser goes afterwards, in words
    std::string redirectOrigin;  // may be a target of the form's redirect
};

struct Error {
    int status = 400;
    std::string title;
    std::string sentence;
    std::string advice;     // empty: none
    std::string reference;  // the request's id; empty: none
};

/// HTML that no cache keeps and no other site frames, under a strict Content-Security-Policy. Pages name their files
/// relative to the page: assets/NAME, which asset() answers.
http::Response signIn(int status, const SignIn& page);
http::Response error(const Error& page);

/// A style sheet or script by its full name with the hash of its content ("pages.1f2e....css"): kept for a year.
/// Nothing for every other name.
std::optional<http::Response> asset(std::string_view name);

}  // namespace polyclinic::pages
