// Who does something, as the audit log names them.

#pragma once

#include <string>
#include <utility>

namespace polyclinic::audit {

struct Actor {
    std::string kind;          // operator, operator-client, system, patient, patient-app, server
    std::string id;            // client id, account or operator's name, for reading
    std::string request;       // X-Request-Id
    std::string address = {};  // of the network that it came from; empty: from this process itself

    // Each filled only where it was proven, by a token, a session or a secret. Whoever only says who he is, is nobody.
    std::string client = {};   // program
    std::string account = {};  // person of the clinic
    std::string patient = {};  // id of the Patient of that person, or of the token
    std::string behalf = {};   // for whom: "Patient/p1", the operator who asked for a job

    /// This one, proven to be that account of the clinic.
    Actor as(std::string accountId) && {
        account = std::move(accountId);
        return std::move(*this);
    }
};

}  // namespace polyclinic::audit
