// Where a step is taken: the realm, the clinic, and the addresses that come of both.

#pragma once

#include <string>

#include "authorization_server/realm.h"
#include "tenancy/realm_session.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::authorization_server {

/// Of one request.
struct AuthContext {
    AuthContext(const Realm& realm, tenancy::TenantContextPtr clinic)
        : realm(realm), owner(std::move(clinic)), tenant(*owner), session(tenant, realm.name) {}

    const Realm& realm;
    const tenancy::TenantContextPtr owner;
    const tenancy::TenantContext& tenant;
    const tenancy::RealmSession session;

    std::string issuer() const { return tenant.urls().at(realm.place()); }
    /// The API that takes its tokens: BASE/tenant/{id}/patient/smart-api.
    std::string audience() const { return tenant.urls().at(realm.audience); }
    std::string signIn() const { return tenant.urls().at(realm.signIn); }
};

}  // namespace polyclinic::authorization_server
