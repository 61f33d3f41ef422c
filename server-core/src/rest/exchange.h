// What an interaction needs to know of its request besides its reach. Made by api/dispatch.

#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/fair_workers.h"
#include "http/message.h"

namespace polyclinic::rest {

struct Exchange {
    const http::Request& request;
    std::string base;     // the FHIR base that was asked, without a closing slash
    std::string type;     // of the path; empty: none
    std::string id;       // likewise
    std::string version;  // likewise
    FairWorkers::Share workers;
    std::string_view cursorKey;            // seals search cursors
    std::chrono::milliseconds searchTime;  // that all searches of a Bundle have together
};

}  // namespace polyclinic::rest
