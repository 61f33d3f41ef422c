// Who does something, as the audit log names them.

#pragma once

#include <string>

namespace polyclinic::store {

struct Actor {
    std::string kind;     // operator, operator-client, system, server
    std::string id;       // client id, account or operator's name
    std::string request;  // X-Request-Id
    std::string address = {};  // of the network that it came from; empty: from this process itself
};

}  // namespace polyclinic::store
