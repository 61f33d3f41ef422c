#include "api/patient_auth_pages.h"

#include "auth/patient_auth.h"
#include "base/failure.h"
#include "pages/pages.h"

namespace polyclinic::api {
namespace {

auth::PersonAuthContext contextOf(const tenancy::TenantContext& tenant, db::TenantSession& session) {
    const auto& urls = tenant.urls();
    return {tenant, session, urls.patientAuth(), urls.patientApi(), urls.patientPortal()};
}

using Endpoint = Task<http::Response> (auth::PatientAuth::*)(const http::Request&, auth::PersonAuthContext&);

Answer ask(Services& services, Endpoint endpoint, const http::Request& request, tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    auto context = contextOf(*tenant, session);
    co_return co_await (services.patientAuth->*endpoint)(request, context);
}

}  // namespace

Answer patientDiscovery(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    co_return auth::PatientAuth::discovery(contextOf(*tenant, session));
}

Answer patientAuthorize(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    return ask(services, &auth::PatientAuth::authorize, request, std::move(tenant));
}

Answer patientConsent(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    return ask(services, &auth::PatientAuth::consent, request, std::move(tenant));
}

Answer patientToken(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    return ask(services, &auth::PatientAuth::token, request, std::move(tenant));
}

Answer patientIntrospect(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    return ask(services, &auth::PatientAuth::introspect, request, std::move(tenant));
}

Answer patientRevoke(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    return ask(services, &auth::PatientAuth::revoke, request, std::move(tenant));
}

Answer patientUserinfo(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    return ask(services, &auth::PatientAuth::userinfo, request, std::move(tenant));
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
