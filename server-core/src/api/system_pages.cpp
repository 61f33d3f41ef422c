#include "api/system_pages.h"

#include "auth/oauth_failure.h"
#include "base/failure.h"

namespace polyclinic::api {
namespace {

auth::TenantAuthContext contextOf(const tenancy::TenantContext& tenant, db::TenantSession& session) {
    return {session, tenant.id(), tenant.urls().systemAuth(), tenant.urls().fhirApi()};
}

using Endpoint = Task<http::Response> (auth::SystemAuth::*)(const http::Request&, auth::TenantAuthContext&);

/// Into the audit log go refusals too; not those of callers who are told to wait, whose number nothing bounds.
Answer askAndNote(Services& services, Endpoint endpoint, std::string_view what, const http::Request& request,
                  tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    auto context = contextOf(*tenant, session);
    http::Response response;
    std::exception_ptr refused;
    try {
        response = co_await (services.systemAuth.*endpoint)(request, context);
    } catch (const auth::OAuthFailure& failure) {
        if (failure.retryAfter()) throw;
        refused = std::current_exception();
    }
    store::AuditEntry entry;
    entry.action = 'E';
    entry.interaction = what;
    entry.outcome = refused ? 4 : 0;
    store::Actor actor{"system", context.client.empty() ? "unknown" : context.client, request.id, request.peer};
    co_await services.audit.note(session, std::move(actor), std::move(entry), db::Lane::control);
    if (refused) std::rethrow_exception(refused);
    co_return response;
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
    return askAndNote(services, &auth::SystemAuth::token, "token", request, std::move(tenant));
}

Answer systemIntrospect(Services& services, const http::Request& request, const PathParameters&,
                        tenancy::TenantContextPtr tenant) {
    auto session = tenant->session();
    auto context = contextOf(*tenant, session);
    co_return co_await services.systemAuth.introspect(request, context);
}

Answer systemRevoke(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    return askAndNote(services, &auth::SystemAuth::revoke, "token-revoke", request, std::move(tenant));
}

}  // namespace polyclinic::api
