// Every table that holds rows of tenants. A test compares this list with the database's catalogue.

#pragma once

#include <span>
#include <string_view>

#include "db/tenant_session.h"

namespace polyclinic::tenancy {

/// In an order in which rows can be removed.
std::span<const std::string_view> tenantTables();

/// One DELETE a table, in that order.
std::span<const db::TenantSql> removeTenantRows();

}  // namespace polyclinic::tenancy
