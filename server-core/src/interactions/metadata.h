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
    bool ofPatient = false;  // for apps of patients: their records, and what all patients share to read
};

/// The CapabilityStatements of all bases: only what works. What is the same for every tenant is made once. Any thread.
class CapabilityStatements {
  public:
    /// `operations`: what every base offers; outlives this.
    explicit CapabilityStatements(rest::Operations operations);
    /// As JSON.
    std::string of(const CapabilitySettings& settings) const;

  private:
    std::string all_, ofPatients_, operations_;  // arrays of JSON; operations_: of the system level, empty where there are none
};

}  // namespace polyclinic::interactions
