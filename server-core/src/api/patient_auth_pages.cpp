#include "api/patient_auth_pages.h"

#include "base/failure.h"
#include "pages/pages.h"

namespace polyclinic::api {
namespace {

auth::PersonAuthContext contextOf(const tenancy::TenantContext& tenant, db::TenantSession& session) {
    const auto& urls = tenant.urls();
    return {tenant, session, urls.patientAuth(), urls.patientApi(), urls.patientPortal()};
}

}  // namespace

Answer askPatientAuth(Services& services, PatientAuthEndpoint endpoint, const http::Request& request, tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    auto context = contextOf(*tenant, session);
    co_return co_await (services.patientAuth->*endpoint)(request, context);
}

Answer patientDiscovery(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    co_return auth::PatientAuth::discovery(contextOf(*tenant, session));
}

Answer patientJwks(Services& services, const http::Request&, const PathParameters&, tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    auto context = contextOf(*tenant, session);
    co_return co_await services.patientAuth->jwks(context);
}

Answer patientAuthAsset(Services&, const http::Request&, const PathParameters& parameters, tenancy::TenantContextPtr) {
    auto found = pages::asset(parameters.back().second);
    if (!found) throw Failure(FailureKind::notFound, "There is nothing at this address.");
    co_return std::move(*found);
}

}  // namespace polyclinic::api
