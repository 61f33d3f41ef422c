#include "api/fhir_endpoints.h"

#include "authorization_server/discovery.h"
#include "interactions/metadata.h"
#include "operations/operations.h"
#include "rest/answers.h"

namespace polyclinic::api {

Answer capabilities(Services& services, const http::Request& request, const authorization_server::Realm& realm,
                    tenancy::TenantContextPtr tenant) {
    rest::demandJsonAccepted(request);
    const auto& urls = tenant->urls();
    const auto auth = urls.at(realm.place());
    interactions::CapabilitySettings settings;
    settings.base = urls.at(realm.audience);
    settings.auth = {auth + "/token", auth + "/introspect", auth + "/revoke"};
    if (realm.forPeople()) settings.auth.authorize = auth + "/authorize";
    if (!realm.management.empty()) settings.auth.manage = urls.at(realm.management);
    settings.date = toInstant(tenant->record().created);
    settings.version = services.version;
    settings.ofPatient = realm.level == access::Level::patient;
    static const interactions::CapabilityStatements statements(operations::table());
    auto body = statements.of(settings);
    co_return http::Response::make(200, std::string(rest::fhirJson), std::move(body));
}

Answer smartConfiguration(Services&, const http::Request&, const authorization_server::Realm& realm, tenancy::TenantContextPtr tenant) {
    const auto json = authorization_server::smartConfiguration(realm, tenant->urls());
    co_return http::Response::make(200, "application/json", json.dump());
}

}  // namespace polyclinic::api
