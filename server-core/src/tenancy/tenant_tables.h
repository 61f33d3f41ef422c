// Every table that holds rows of tenants. A test compares this list with the database's catalogue.

#pragma once

#include <span>
#include <string_view>

#include "db/tenant_session.h"

namespace polyclinic::tenancy {

/// In an order in which rows can be removed.
std::span<const std::string_view> tenantTables();

/// One DELETE a table, in that order: each removes some thousands of rows, so that none takes long, and is repeated
/// until it finds none. The last one takes what says that there is such a tenant.
std::span<const db::TenantSql> removeTenantRows();

}  // namespace polyclinic::tenancy
