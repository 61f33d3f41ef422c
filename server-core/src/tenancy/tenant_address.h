// Where a tenant is: the only place that knows how its addresses are made and read. Nothing above it writes "/tenant/".

#pragma once

#include <string>
#include <string_view>

namespace polyclinic::tenancy {

/// Where the paths of every tenant begin, as routes write it.
inline constexpr std::string_view tenantPattern = "/tenant/:tenant/";

/// The id in a path that begins as a tenant's does, as it was sent; empty: it is no tenant's.
constexpr std::string_view tenantIn(std::string_view path) {
    constexpr std::string_view start = "/tenant/";
    if (!path.starts_with(start)) return {};
    path.remove_prefix(start.size());
    return path.substr(0, path.find('/'));
}

class TenantAddress {
  public:
    /// `base`: public address without a closing slash.
    TenantAddress(std::string base, const std::string& id) : base_(std::move(base)), tenant_(base_ + "/tenant/" + id) {}

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
