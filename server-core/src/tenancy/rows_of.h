// From a tenant to its rows. For the folders that keep some, which tests/layers names; handlers are given a reader, a writer
// or a RealmSession, and none of these runs a statement of theirs.

#pragma once

#include "db/tenant_session.h"
#include "tenancy/realm_session.h"

namespace polyclinic::tenancy {

struct RowAccess {
    static db::TenantSession of(const TenantContext& tenant) { return db::TenantSession(tenant.key_); }
};

inline db::TenantSession rowsOf(const TenantContext& tenant) { return RowAccess::of(tenant); }
inline db::TenantSession rowsOf(const RealmSession& session) { return RowAccess::of(session.tenant()); }

}  // namespace polyclinic::tenancy
