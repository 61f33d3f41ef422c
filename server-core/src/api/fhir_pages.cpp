#include "api/fhir_pages.h"

#include <nlohmann/json.hpp>

#include "interactions/answers.h"
#include "interactions/metadata.h"

namespace polyclinic::api {
namespace {

/// Once for metadata and smart-configuration, which clients compare.
interactions::AuthAddresses patientAddresses(const tenancy::TenantUrls& urls) {
    const auto auth = urls.patientAuth();
    return {auth + "/authorize", auth + "/token", auth + "/introspect", auth + "/revoke", urls.patientPortal() + "/apps"};
}

}  // namespace

Answer capabilities(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    interactions::demandJsonAccepted(request);
    const auto auth = tenant->urls().systemAuth();
    interactions::CapabilityFacts facts;
    facts.base = tenant->urls().fhirApi();
    facts.auth = {"", auth + "/token", auth + "/introspect", auth + "/revoke", ""};
    facts.date = toInstant(tenant->record().created);
    facts.version = services.version;
    auto body = interactions::capabilityStatement(facts);
    co_return http::Response::make(200, std::string(interactions::fhirJson), std::move(body));
}

Answer patientCapabilities(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    interactions::demandJsonAccepted(request);
    interactions::CapabilityFacts facts;
    facts.base = tenant->urls().patientApi();
    facts.auth = patientAddresses(tenant->urls());
    facts.date = toInstant(tenant->record().created);
    facts.version = services.version;
    facts.ofPatient = true;
    auto body = interactions::capabilityStatement(facts);
    co_return http::Response::make(200, std::string(interactions::fhirJson), std::move(body));
}

Answer smartConfiguration(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr tenant) {
    const auto auth = tenant->urls().systemAuth();
    // SMART App Launch 2.2, "Conformance": only what works. No authorization_endpoint: nobody signs in here.
    const nlohmann::ordered_json json{
        {"token_endpoint", auth + "/token"},
        {"introspection_endpoint", auth + "/introspect"},
        {"revocation_endpoint", auth + "/revoke"},
        {"grant_types_supported", {"client_credentials"}},
        {"token_endpoint_auth_methods_supported", {"client_secret_basic", "client_secret_post"}},
        {"scopes_supported", {"system/*.cruds", "system/*.rs", "system/*.read", "system/*.write", "system/*.*"}},
        {"capabilities", {"client-confidential-symmetric", "permission-v1", "permission-v2"}}};
    co_return http::Response::make(200, "application/json", json.dump());
}

Answer patientSmartConfiguration(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr tenant) {
    const auto issuer = tenant->urls().patientAuth();
    const auto addresses = patientAddresses(tenant->urls());
    const nlohmann::ordered_json json{
        {"issuer", issuer},
        {"jwks_uri", issuer + "/jwks"},
        {"authorization_endpoint", addresses.authorize},
        {"token_endpoint", addresses.token},
        {"introspection_endpoint", addresses.introspect},
        {"revocation_endpoint", addresses.revoke},
        {"management_endpoint", addresses.manage},
        {"grant_types_supported", {"authorization_code", "refresh_token"}},
        {"response_types_supported", {"code"}},
        {"code_challenge_methods_supported", {"S256"}},
        {"token_endpoint_auth_methods_supported", {"none", "client_secret_basic"}},
        {"scopes_supported",
         {"openid", "fhirUser", "profile", "launch/patient", "offline_access", "patient/*.rs", "patient/*.cruds", "patient/*.read",
          "patient/*.write", "patient/*.*"}},
        {"capabilities",
         {"launch-standalone", "client-public", "client-confidential-symmetric", "sso-openid-connect", "context-standalone-patient",
          "permission-offline", "permission-patient", "permission-v1", "permission-v2", "authorize-post"}}};
    co_return http::Response::make(200, "application/json", json.dump());
}

}  // namespace polyclinic::api
