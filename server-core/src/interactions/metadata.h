// GET [base]/metadata - http://hl7.org/fhir/R4/http.html#capabilities

#pragma once

#include <string>

namespace polyclinic::interactions {

struct CapabilityFacts {
    std::string base;
    std::string auth;  // of the authorization server whose token endpoint serves this base
    std::string date;
    std::string version;
};

/// The CapabilityStatement as JSON: only what works. Any thread.
std::string capabilityStatement(const CapabilityFacts& facts);

}  // namespace polyclinic::interactions
