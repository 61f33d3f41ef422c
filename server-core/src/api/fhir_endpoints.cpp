#include "api/fhir_endpoints.h"

#include "authorization_server/discovery.h"
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
    interactions::CapabilitySettings settings;
    settings.base = tenant->urls().fhirApi();
    settings.auth = {"", auth + "/token", auth + "/introspect", auth + "/revoke", ""};
    settings.date = toInstant(tenant->record().created);
    settings.version = services.version;
    auto body = interactions::capabilityStatement(settings);
    co_return http::Response::make(200, std::string(interactions::fhirJson), std::move(body));
}

Answer patientCapabilities(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    interactions::demandJsonAccepted(request);
    interactions::CapabilitySettings settings;
    settings.base = tenant->urls().patientApi();
    settings.auth = patientAddresses(tenant->urls());
    settings.date = toInstant(tenant->record().created);
    settings.version = services.version;
    settings.ofPatient = true;
    auto body = interactions::capabilityStatement(settings);
    co_return http::Response::make(200, std::string(interactions::fhirJson), std::move(body));
}

Answer smartConfiguration(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr tenant) {
    const auto json = authorization_server::smartConfiguration(authorization_server::realms::system, tenant->urls());
    co_return http::Response::make(200, "application/json", json.dump());
}

Answer patientSmartConfiguration(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr tenant) {
    const auto json = authorization_server::smartConfiguration(authorization_server::realms::patient, tenant->urls());
    co_return http::Response::make(200, "application/json", json.dump());
}

}  // namespace polyclinic::api
