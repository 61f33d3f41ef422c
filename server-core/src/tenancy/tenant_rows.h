// Rows of the directory's table of tenants. Internal to tenancy/.

#pragma once

#include <string>
#include <string_view>

#include "db/values.h"
#include "tenancy/tenant.h"

namespace polyclinic::tenancy {

/// "SELECT ... FROM tenant " and `rest`, with the columns that tenantAt() reads.
std::string selectTenants(std::string_view rest);
TenantRecord tenantAt(const db::Result& result, std::size_t row);

}  // namespace polyclinic::tenancy
