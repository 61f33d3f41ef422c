#include "api/system_pages.h"

#include "base/failure.h"

namespace polyclinic::api {
namespace {

auth::TenantAuthContext contextOf(const tenancy::TenantContext& tenant, db::TenantSession& session) {
    return {session, tenant.id(), tenant.urls().systemAuth(), tenant.urls().fhirApi()};
}

}  // namespace

Answer systemDiscovery(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    co_return auth::SystemAuth::discovery(contextOf(*tenant, session));
}

Answer systemAuthorize(Services&, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr) {
    co_return auth::SystemAuth::authorize(request);
}

Answer systemAsset(Services&, const http::Request&, const PathParameters& parameters, tenancy::TenantContextPtr) {
    auto found = auth::SystemAuth::asset(parameters.back().second);
    if (!found) throw Failure(FailureKind::notFound, "There is nothing at this address.");
    co_return std::move(*found);
}

Answer systemToken(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    auto context = contextOf(*tenant, session);
    auto response = co_await services.systemAuth.token(request, context);
    store::AuditEntry entry;
    entry.action = 'E';
    entry.interaction = "token";
    entry.outcome = response.status == 200 ? 0 : 4;
    store::Actor actor{"system", "", request.id};
    co_await services.audit.note(session, std::move(actor), std::move(entry), db::Lane::control);
    co_return response;
}

Answer systemIntrospect(Services& services, const http::Request& request, const PathParameters&,
                        tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    auto context = contextOf(*tenant, session);
    co_return co_await services.systemAuth.introspect(request, context);
}

Answer systemRevoke(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    auto context = contextOf(*tenant, session);
    co_return co_await services.systemAuth.revoke(request, context);
}

}  // namespace polyclinic::api
