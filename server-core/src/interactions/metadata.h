// GET [base]/metadata - http://hl7.org/fhir/R4/http.html#capabilities

#pragma once

#include <string>

#include "rest/operation.h"

namespace polyclinic::interactions {

/// Of the authorization server whose tokens open a base; empty: it has none.
struct AuthAddresses {
    std::string token, introspect, revoke, authorize, manage;
};

struct CapabilitySettings {
    std::string base;
    AuthAddresses auth;
    std::string date;
    std::string version;
    rest::Operations operations;
    bool ofPatient = false;  // for apps of patients: their records, and what all patients share to read
};

/// The CapabilityStatement as JSON: only what works. Any thread.
std::string capabilityStatement(const CapabilitySettings& settings);

}  // namespace polyclinic::interactions
