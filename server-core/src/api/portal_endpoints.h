// The patient portal of each tenant, as handlers of routes.

#pragma once

#include "api/route.h"
#include "portal/endpoints.h"

namespace polyclinic::api {

/// Any page of the portal: what the row of the table names.
template <portal::Page page>
Answer portalPage(Services& services, const http::Request& request, const PathParameters& parameters, tenancy::TenantContextPtr tenant) {
    std::string id;
    for (const auto& [name, value] : parameters)
        if (name == "id") id = value;
    const portal::Call call{
        request,        *tenant,      {*tenant, accounts::patientRealm}, *services.accountService, services.vault, services.audit,
        services.clock, std::move(id)};
    co_return co_await page(call);
}

/// The clinic's style sheet and logo, by names that change with their content.
Answer portalBrand(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
/// A short address for print and for telling on the phone: on to the portal.
Answer portalShort(Services&, const http::Request&, const PathParameters&, tenancy::TenantContextPtr);
/// Style sheets and scripts that all pages share.
Answer sharedAsset(Services&, const http::Request&, const PathParameters&);

}  // namespace polyclinic::api
