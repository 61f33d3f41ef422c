#include "tenancy/tenant_tables.h"

namespace polyclinic::tenancy {

// One line a table makes both the name and its checked statement.
#define POLYCLINIC_TENANT_TABLES(table)                                                                                           \
    table("access_token") table("refresh_token") table("auth_request") table("token_family") table("app_grant") table("session")  \
        table("known_device") table("failed_try") table("one_time_code") table("account") table("signing_key") table("client")    \
            table("job") table("audit_event") table("audit_seal") table("audit_about") table("index_token") table("index_string") \
                table("index_date") table("index_reference") table("index_number") table("index_quantity") table("index_uri")     \
                    table("index_composite") table("resource_history") table("resource") table("tenant_state")

std::span<const std::string_view> tenantTables() {
#define NAME(table) table,
    static constexpr std::string_view tables[] = {POLYCLINIC_TENANT_TABLES(NAME)};
#undef NAME
    return tables;
}

std::span<const db::TenantSql> removeTenantRows() {
#define REMOVE(table)                                           \
    db::TenantSql("DELETE FROM " table                          \
                  " WHERE tenant_id = $1 AND ctid = ANY(ARRAY(" \
                  "SELECT ctid FROM " table " WHERE tenant_id = $1 LIMIT 20000))"),
    static constexpr db::TenantSql statements[] = {POLYCLINIC_TENANT_TABLES(REMOVE)};
#undef REMOVE
    return statements;
}

}  // namespace polyclinic::tenancy
