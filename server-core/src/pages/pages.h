// Pages that authorization servers show, and the files that they need.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "http/message.h"
#include "pages/files.h"
#include "pages/page_theme.h"

namespace polyclinic::pages {

struct SignIn {
    FormFields hidden;           // of the authorization request, and the form's token
    std::string username;        // as typed before
    std::string error;           // empty: none
    std::string program;         // that asks, as it names itself
    std::string address;         // where the answer goes
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

/// The same on a clinic's page, in the page's language; empty texts are those of the status. `go`: address and label
/// of a button; empty: the clinic's start page.
struct Fault {
    int status = 400;
    std::string title, sentence;  // empty: what is usually said for the status
    std::string reference;
    int retryAfter = 0;  // seconds
    std::pair<std::string, std::string> go = {};
};
http::Response fault(const PageTheme& theme, const Fault& page);

}  // namespace polyclinic::pages
