// The patients' authorization server of each tenant: BASE/tenant/{id}/patient/auth.

#include "api/patient_auth_pages.h"
#include "api/route.h"

namespace polyclinic::api {
namespace {

constexpr std::size_t none = 0, form = 64 << 10;

}  // namespace

RouteRows routesOfPatientAuth() {
    using auth::PatientAuth;
    using http::Method;
    // Programs in browsers call these from pages of their own; no cookie counts here.
    const auto open = [](OpenOfTenant handler, std::size_t limit = none) { return Route{handler, FaultWriter::oauth, limit, true}; };
    // Pages: never for programs of other origins.
    const auto page = [](OpenOfTenant handler, std::size_t limit = none) { return Route{handler, FaultWriter::page, limit, false}; };
    const std::string place = "/tenant/:tenant/patient/auth", wellKnown = "/.well-known/";
    return {
        {Method::get, place + wellKnown + "openid-configuration", open(patientDiscovery)},
        {Method::get, place + wellKnown + "oauth-authorization-server", open(patientDiscovery)},
        // RFC 8414 section 3.1: before the path of the issuer.
        {Method::get, wellKnown + "oauth-authorization-server" + place, open(patientDiscovery)},
        {Method::get, wellKnown + "openid-configuration" + place, open(patientDiscovery)},
        {Method::get, place + "/authorize", page(patientAuth<&PatientAuth::authorize>)},
        {Method::post, place + "/authorize", page(patientAuth<&PatientAuth::authorize>, form)},
        {Method::post, place + "/consent", page(patientAuth<&PatientAuth::consent>, form)},
        {Method::get, place + "/assets/:name", page(patientAuthAsset)},
        {Method::post, place + "/token", open(patientAuth<&PatientAuth::token>, form)},
        {Method::post, place + "/introspect", open(patientAuth<&PatientAuth::introspect>, form)},
        {Method::post, place + "/revoke", open(patientAuth<&PatientAuth::revoke>, form)},
        {Method::get, place + "/userinfo", open(patientAuth<&PatientAuth::userinfo>)},
        {Method::post, place + "/userinfo", open(patientAuth<&PatientAuth::userinfo>, form)},
        {Method::get, place + "/jwks", open(patientJwks)},
    };
}

}  // namespace polyclinic::api
