#include "accounts/known_device_store.h"
#include "tenancy/rows_of.h"

namespace polyclinic::accounts::known_devices {
namespace {

constexpr db::TenantSql isKnownSql(
    "SELECT 1 FROM known_device d JOIN account a ON a.tenant_id = $1 AND a.realm = $2 AND a.id = d.account AND a.username_key = $4"
    " WHERE d.tenant_id = $1 AND d.realm = $2 AND d.hash = $3 AND d.used > $5");
constexpr db::TenantSql renameSql("UPDATE known_device SET hash = $4 WHERE tenant_id = $1 AND realm = $2 AND hash = $3");
constexpr db::TenantSql renameInSessionsSql(
    "UPDATE session SET known_device = $4 WHERE tenant_id = $1 AND realm = $2 AND known_device = $3");
constexpr db::TenantSql addDeviceSql(
    "INSERT INTO known_device (tenant_id, realm, account, hash, used) SELECT $1, $2, a.id, $4, $5 FROM account a"
    " WHERE a.tenant_id = $1 AND a.realm = $2 AND a.id = $3 AND NOT a.disabled"
    " ON CONFLICT (tenant_id, realm, account, hash) DO UPDATE SET used = excluded.used");
constexpr db::TenantSql tidyDevicesSql(
    "DELETE FROM known_device d USING (SELECT o.hash FROM known_device o WHERE o.tenant_id = $1 AND o.realm = $2 AND o.account = $3"
    " ORDER BY o.used DESC, o.hash OFFSET $4) o WHERE d.tenant_id = $1 AND d.realm = $2 AND d.account = $3 AND d.hash = o.hash");

}  // namespace

Task<bool> isKnown(const tenancy::RealmSession& session, std::string_view hash, std::string_view usernameKey, Timestamp since) {
    db::Params params;
    params.text(session.realm()).bytea(hash).text(usernameKey).timestamp(since);
    const auto rows = co_await rowsOf(session).run({isKnownSql, std::move(params)}, db::QueryClass::control);
    co_return !rows.empty();
}

Task<void> keep(const tenancy::RealmSession& session, std::string_view account, std::string_view before, std::string_view hash,
                Timestamp now) {
    std::vector<db::TenantStatement> statements;
    if (!before.empty()) {
        statements.emplace_back(renameSql, std::move(db::Params().text(session.realm()).bytea(before).bytea(hash)));
        statements.emplace_back(renameInSessionsSql, std::move(db::Params().text(session.realm()).bytea(before).bytea(hash)));
    }
    statements.emplace_back(addDeviceSql, std::move(db::Params().text(session.realm()).text(account).bytea(hash).timestamp(now)));
    statements.emplace_back(tidyDevicesSql, std::move(db::Params().text(session.realm()).text(account).int8(mostOfAccount)));
    co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
}

}  // namespace polyclinic::accounts::known_devices
