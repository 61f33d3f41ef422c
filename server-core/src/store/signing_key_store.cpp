#include "store/signing_key_store.h"

namespace polyclinic::store::signing_keys {
namespace {

constexpr db::TenantSql allSql(
    "SELECT kid, private_key, public_key, created, retired IS NOT NULL FROM signing_key"
    " WHERE tenant_id = $1 AND realm = $2 ORDER BY retired IS NOT NULL, created DESC");
constexpr db::TenantSql addSql(
    "INSERT INTO signing_key (tenant_id, realm, kid, private_key, public_key, created) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (tenant_id, realm) WHERE retired IS NULL DO NOTHING");

}  // namespace

Task<std::vector<SigningKeyRow>> all(db::TenantSession& session, std::string_view realm) {
    const auto rows = co_await session.run({allSql, db::Params().text(realm)}, db::Lane::control);
    std::vector<SigningKeyRow> keys;
    for (std::size_t row = 0; row < rows.rows(); ++row)
        keys.push_back({std::string(rows.text(row, 0)), std::string(rows.text(row, 1)), std::string(rows.text(row, 2)),
                        rows.timestamp(row, 3), rows.boolean(row, 4)});
    co_return keys;
}

Task<void> addFirst(db::TenantSession& session, std::string_view realm, const SigningKeyRow& key) {
    db::Params params;
    params.text(realm).text(key.kid).bytea(key.sealed).text(key.publicKey).timestamp(key.created);
    co_await session.run({addSql, std::move(params)}, db::Lane::control);
}

}  // namespace polyclinic::store::signing_keys
