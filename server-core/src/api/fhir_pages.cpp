#include "api/fhir_pages.h"

#include <nlohmann/json.hpp>

#include "interactions/answers.h"
#include "interactions/metadata.h"

namespace polyclinic::api {

Answer capabilities(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    interactions::demandJsonAccepted(request);
    auto body = interactions::capabilityStatement({tenant->urls().fhirApi(), tenant->urls().systemAuth(),
                                                   toInstant(tenant->record().created), services.version});
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

}  // namespace polyclinic::api
