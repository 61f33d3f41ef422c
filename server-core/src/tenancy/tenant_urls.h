// The addresses of one tenant, made in one place from the base that its issuers were made with.

#pragma once

#include <string>
#include <string_view>

namespace polyclinic::tenancy {

class TenantUrls {
  public:
    /// `base`: public address without a closing slash.
    TenantUrls(std::string base, const std::string& id) : base_(std::move(base)), tenant_(base_ + "/tenant/" + id) {}

    const std::string& base() const { return base_; }
    /// `place` below the clinic's own address: patient/auth.
    std::string at(std::string_view place) const { return tenant_ + '/' + std::string(place); }
    std::string fhirApi() const { return tenant_ + "/fhir-api"; }
    std::string systemAuth() const { return tenant_ + "/system/auth"; }  // also the issuer
    std::string patientApi() const { return tenant_ + "/patient/smart-api"; }
    std::string patientAuth() const { return tenant_ + "/patient/auth"; }  // also the issuer
    std::string patientPortal() const { return tenant_ + "/patient/portal"; }

  private:
    std::string base_, tenant_;
};

}  // namespace polyclinic::tenancy
