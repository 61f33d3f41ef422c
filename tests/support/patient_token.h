// A patient's token without the patient: account, grant and token go into the tables as the authorization server would
// have put them, so that what a token opens can be tested by itself.

#pragma once

#include <string>

#include "server_database.h"

namespace polyclinic::test {

struct PatientToken {
    std::string clinic;
    std::string patient;  // id of the Patient in context; may be empty
    std::string scopes;   // "patient/*.cruds patient/Observation.rs"
    std::string words = "launch/patient openid fhirUser";
    std::string audience = "patient/smart-api";
    bool ended = false;  // the grant is
};

/// The token's text. The clinic must lie in the shared database.
std::string plantPatientToken(ServerProcess& server, const ServerDatabase& database, const PatientToken& wish);

}  // namespace polyclinic::test
