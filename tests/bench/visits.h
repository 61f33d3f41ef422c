// People who have come to the portal and let an app in, by the pages and endpoints that they and the app use.

#pragma once

#include <string>
#include <vector>

#include "server.h"

namespace polyclinic::bench {

struct Visitor {
    std::string patient;          // id
    std::string name, username;   // as pages show it; to sign in with
    std::string cookies;          // the Cookie header of who is signed in
    std::string access, refresh;  // the app's tokens
};

struct Visits {
    static constexpr const char* appName = "Bench Diary";
    static const std::string& password();

    std::string auth, api, portal;  // paths below the server
    std::string basic;              // the app's Authorization header
    std::vector<Visitor> people;    // one for each connection
};

/// Makes records and accounts, activates these, and connects an app with a secret to each. Throws where a step fails.
Visits visit(Server& server, const Tenant& tenant);

}  // namespace polyclinic::bench
