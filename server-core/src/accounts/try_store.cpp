#include "accounts/try_store.h"

#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::accounts::tries {
namespace {

#define TRY_COLUMNS "f.key, f.account, f.failures, f.last, f.memory"

constexpr db::TenantSql loadSql("SELECT " TRY_COLUMNS " FROM failed_try f WHERE f.tenant_id = $1 AND f.realm = $2 AND f.key = ANY($3)");
constexpr db::TenantSql ofAccountsSql("SELECT " TRY_COLUMNS
                                      " FROM failed_try f WHERE f.tenant_id = $1 AND f.realm = $2 AND f.account = ANY($3)");
// In the order of keys, so that two servers never wait for each other.
constexpr db::TenantSql addSql(
    "INSERT INTO failed_try AS f (tenant_id, realm, key, account, failures, last, memory)"
    " SELECT $1, $2, k.key, k.account, 1, $6, k.memory"
    " FROM unnest($3::text[], $4::text[], $5::int8[]) AS k(key, account, memory) ORDER BY k.key"
    " ON CONFLICT (tenant_id, realm, key) DO UPDATE SET failures = least(1000000, 1 + f.failures - floor(f.failures"
    " * least(1, greatest(0, extract(epoch FROM excluded.last - f.last)) / f.memory))), last = greatest(f.last, excluded.last),"
    " memory = excluded.memory");
constexpr db::TenantSql forgetSql("DELETE FROM failed_try WHERE tenant_id = $1 AND realm = $2 AND key = ANY($3)");
constexpr db::TenantSql forgetAccountSql("DELETE FROM failed_try WHERE tenant_id = $1 AND realm = $2 AND account = $3");
constexpr db::TenantSql oldSql("DELETE FROM failed_try WHERE tenant_id = $1 AND last + memory * interval '1 second' < $2");
constexpr db::TenantSql surplusSql(
    "DELETE FROM failed_try f USING (SELECT o.realm, o.key FROM failed_try o WHERE o.tenant_id = $1"
    " ORDER BY o.account = '' DESC, o.last DESC OFFSET $2) o WHERE f.tenant_id = $1 AND f.realm = o.realm AND f.key = o.key");

FailedTries failedTriesAt(const db::Result& rows, std::size_t row) {
    return {std::string(rows.text(row, 0)), std::string(rows.text(row, 1)), rows.int8(row, 2), rows.timestamp(row, 3), rows.int8(row, 4)};
}

}  // namespace

Task<std::vector<FailedTries>> load(const tenancy::RealmSession& session, std::vector<std::string> keys) {
    const auto rows =
        co_await rowsOf(session).run({loadSql, std::move(db::Params().text(session.realm()).textArray(keys))}, db::QueryClass::control);
    co_return db::allOf(rows, failedTriesAt);
}

Task<std::vector<FailedTries>> ofAccounts(const tenancy::RealmSession& session, std::vector<std::string> accounts) {
    const auto rows = co_await rowsOf(session).run({ofAccountsSql, std::move(db::Params().text(session.realm()).textArray(accounts))},
                                                   db::QueryClass::control);
    co_return db::allOf(rows, failedTriesAt);
}

Task<void> add(const tenancy::RealmSession& session, std::vector<FailedTries> rows, Timestamp now) {
    std::vector<std::string> keys, accounts;
    std::vector<std::int64_t> memories;
    for (auto& row : rows) {
        keys.push_back(std::move(row.key));
        accounts.push_back(std::move(row.account));
        memories.push_back(row.memory);
    }
    db::Params params;
    params.text(session.realm()).textArray(keys).textArray(accounts).int8Array(memories).timestamp(now);
    co_await rowsOf(session).run({addSql, std::move(params)}, db::QueryClass::control);
}

Task<void> forget(const tenancy::RealmSession& session, std::vector<std::string> keys) {
    co_await rowsOf(session).run({forgetSql, std::move(db::Params().text(session.realm()).textArray(keys))}, db::QueryClass::control);
}

Task<void> forgetAccount(const tenancy::RealmSession& session, std::string_view account) {
    co_await rowsOf(session).run({forgetAccountSql, std::move(db::Params().text(session.realm()).text(account))}, db::QueryClass::control);
}

Task<void> tidy(const tenancy::RealmSession& session, Timestamp now, std::int64_t most) {
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(oldSql, std::move(db::Params().timestamp(now)));
    statements.emplace_back(surplusSql, std::move(db::Params().int8(most)));
    co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
}

}  // namespace polyclinic::accounts::tries
