#include "tenancy/bonds.h"

#include "tenancy/rows_of.h"

namespace polyclinic::tenancy {

Task<Bonds> bondsOf(const tenancy::TenantContext& tenant) {
    static constexpr db::TenantSql accounts("SELECT count(*) FROM account WHERE tenant_id = $1 AND realm = 'patient'");
    static constexpr db::TenantSql grants("SELECT count(*) FROM app_grant WHERE tenant_id = $1 AND ended IS NULL");
    auto rows = rowsOf(tenant);
    const auto persons = co_await rows.run({accounts, {}});
    const auto apps = co_await rows.run({grants, {}});
    co_return Bonds{persons.int8(0, 0), apps.int8(0, 0)};
}

}  // namespace polyclinic::tenancy
