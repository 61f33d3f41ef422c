#include "oauth/signing_key_store.h"

#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::oauth::signing_key_store {
namespace {

constexpr db::TenantSql allSql(
    "SELECT kid, private_key, public_key, created, retired FROM signing_key"
    " WHERE tenant_id = $1 AND realm = $2 ORDER BY retired IS NOT NULL, created DESC");
constexpr db::TenantSql addSql(
    "INSERT INTO signing_key (tenant_id, realm, kid, private_key, public_key, created) VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (tenant_id, realm) WHERE retired IS NULL DO NOTHING");
constexpr db::TenantSql retireSql(
    "UPDATE signing_key SET retired = $3 WHERE tenant_id = $1 AND realm = $2 AND kid = $4 AND retired IS NULL");
constexpr db::TenantSql removeSql("DELETE FROM signing_key WHERE tenant_id = $1 AND realm = $2 AND retired <= $3");

SigningKeyRow rowOf(const db::Result& rows, std::size_t row) {
    return {std::string(rows.text(row, 0)), std::string(rows.text(row, 1)), std::string(rows.text(row, 2)), rows.timestamp(row, 3),
            rows.optionalTimestamp(row, 4)};
}

db::TenantStatement adding(std::string_view realm, const SigningKeyRow& key) {
    db::Params params;
    params.text(realm).text(key.kid).bytea(key.sealed).text(key.publicKey).timestamp(key.created);
    return {addSql, std::move(params)};
}

}  // namespace

Task<std::vector<SigningKeyRow>> all(const tenancy::RealmSession& session) {
    const auto rows = co_await rowsOf(session).run({allSql, db::Params().text(session.realm())}, db::QueryClass::control);
    co_return db::allOf(rows, rowOf);
}

Task<void> addFirst(const tenancy::RealmSession& session, const SigningKeyRow& key) {
    auto statement = adding(session.realm(), key);
    co_await rowsOf(session).run(std::move(statement), db::QueryClass::control);
}

Task<void> replace(const tenancy::RealmSession& session, std::string_view before, const SigningKeyRow& key) {
    std::vector<db::TenantStatement> statements;
    statements.push_back({retireSql, std::move(db::Params().text(session.realm()).timestamp(key.created).text(before))});
    statements.push_back(adding(session.realm(), key));
    co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
}

Task<void> removeRetired(const tenancy::RealmSession& session, Timestamp before) {
    co_await rowsOf(session).run({removeSql, std::move(db::Params().text(session.realm()).timestamp(before))}, db::QueryClass::control);
}

}  // namespace polyclinic::oauth::signing_key_store
