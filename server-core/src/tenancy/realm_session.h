// What a handler reaches of a tenant beside its records: accounts, clients, grants, tokens and keys, of one realm.

#pragma once

#include <string_view>

#include "tenancy/tenant_context.h"

namespace polyclinic::tenancy {

/// Of a clinic's operators, who see the clients and grants of every realm.
inline constexpr std::string_view everyRealm;

/// A tenant and one of its realms. Stores take it (oauth/, accounts/); it runs no statement for whoever holds it. Cheap to
/// copy; tenant and realm must outlive it.
class RealmSession {
  public:
    /// `realm`: patient, provider, system or everyRealm.
    RealmSession(const TenantContext& tenant, std::string_view realm) : tenant_(&tenant), realm_(realm) {}

    const TenantContext& tenant() const { return *tenant_; }
    std::string_view realm() const { return realm_; }

  private:
    const TenantContext* tenant_;
    std::string_view realm_;
};

}  // namespace polyclinic::tenancy
