#include "api/portal_endpoints.h"

#include "accounts/devices.h"
#include "base/failure.h"
#include "pages/files.h"
#include "pages/page_theme.h"
#include "pages/renderer.h"

namespace polyclinic::api {
namespace {

Failure nothingHere() { return Failure(FailureKind::notFound, "There is nothing at this address."); }

}  // namespace

Answer portalBrand(Services&, const http::Request&, const PathParameters& parameters, tenancy::TenantContextPtr tenant) {
    const auto& name = parameters.back().second;
    const auto& about = tenant->record().tenant;
    for (const auto& themed : {pages::themeStyleOf(about), pages::logoOf(about)})
        if (themed && themed->name == name) co_return pages::lasting(themed->type, themed->bytes);
    throw nothingHere();
}

Answer portalShort(Services& services, const http::Request& request, const PathParameters&, tenancy::TenantContextPtr tenant) {
    services.network->visited(accounts::deviceName(request.header("User-Agent")), request.peer);
    auto response = pages::seeOther(tenant->urls().patientPortal());
    co_return response;
}

Answer sharedAsset(Services&, const http::Request&, const PathParameters& parameters) {
    auto found = pages::asset(parameters.back().second);
    if (!found) throw nothingHere();
    co_return std::move(*found);
}

}  // namespace polyclinic::api
