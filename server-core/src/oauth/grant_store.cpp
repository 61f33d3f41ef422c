#include "oauth/grant_store.h"

#include <algorithm>

#include "access/token_cache_epoch.h"
#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::oauth::grant_store {
namespace {

// The columns of rowOf(), in its order.
#define GRANT_COLUMNS                                                                                            \
    "g.id, g.realm, g.account, a.username, a.fhir_user, g.client, c.name, coalesce(c.publisher, ''), g.patient," \
    " g.scopes, g.words, g.created, g.ends, g.last_used, g.ended, coalesce(g.ended_by, ''),"                     \
    " coalesce(g.offered, '')"
#define GRANT_TABLES                                                                 \
    " FROM app_grant g"                                                              \
    " JOIN account a ON a.tenant_id = $1 AND a.realm = g.realm AND a.id = g.account" \
    " JOIN client c ON c.tenant_id = $1 AND c.id = g.client"

constexpr db::TenantSql findSql("SELECT " GRANT_COLUMNS GRANT_TABLES " WHERE g.tenant_id = $1 AND ($2 = '' OR g.realm = $2) AND g.id = $3");
constexpr db::TenantSql listOfSql("SELECT " GRANT_COLUMNS GRANT_TABLES
                                  " WHERE g.tenant_id = $1 AND g.realm = $2 AND g.account = $3"
                                  " ORDER BY g.created DESC, g.id LIMIT 500");
constexpr db::TenantSql listSql("SELECT " GRANT_COLUMNS GRANT_TABLES
                                " WHERE g.tenant_id = $1 AND g.id > $2 AND ($4 = '' OR g.realm = $4) AND ($5 = '' OR g.account = $5)"
                                " AND ($6 = '' OR g.client = $6) AND ($7 = '' OR ($7 = 'active') = (g.ended IS NULL AND g.ends > $8))"
                                " ORDER BY g.id LIMIT $3");
// Locks come in one order everywhere: the grant, then its tokens.
constexpr db::TenantSql endSql(
    "UPDATE app_grant SET ended = $4, ended_by = $5"
    " WHERE tenant_id = $1 AND realm = $2 AND id = $3 AND ended IS NULL AND ($6 = '' OR account = $6)");
#define END_TOKENS(table)                                                                 \
    "DELETE FROM " table                                                                  \
    " t USING app_grant g WHERE t.tenant_id = $1 AND t.realm = $2 AND t.app_grant = g.id" \
    " AND g.tenant_id = $1 AND g.realm = $2 AND g.ended IS NOT NULL AND g.id = $3"
constexpr db::TenantSql endAccessSql(END_TOKENS("access_token"));
constexpr db::TenantSql endRefreshSql(END_TOKENS("refresh_token"));
constexpr db::TenantSql endFamiliesSql(END_TOKENS("token_family"));
constexpr db::TenantSql touchSql(
    "UPDATE app_grant SET last_used = $4 WHERE tenant_id = $1 AND realm = $2 AND id = $3"
    " AND (last_used IS NULL OR last_used <= $5)");

Grant rowOf(const db::Result& rows, std::size_t row) {
    Grant grant;
    grant.id = rows.text(row, 0);
    grant.realm = rows.text(row, 1);
    grant.account = rows.text(row, 2);
    grant.username = rows.text(row, 3);
    grant.fhirUser = rows.text(row, 4);
    grant.client = rows.text(row, 5);
    grant.clientName = rows.text(row, 6);
    grant.publisher = rows.text(row, 7);
    grant.patient = rows.text(row, 8);
    grant.scopes = rows.text(row, 9);
    grant.nonResourceScopes = rows.text(row, 10);
    grant.created = rows.timestamp(row, 11);
    grant.ends = rows.timestamp(row, 12);
    grant.lastUsed = rows.optionalTimestamp(row, 13);
    grant.ended = rows.optionalTimestamp(row, 14);
    grant.endedBy = rows.text(row, 15);
    grant.offered = rows.text(row, 16);
    return grant;
}

}  // namespace

Task<std::optional<Grant>> find(const tenancy::RealmSession& session, std::string_view id) {
    const auto rows = co_await rowsOf(session).run({findSql, db::Params().text(session.realm()).text(id)}, db::QueryClass::control);
    co_return db::firstOf(rows, rowOf);
}

Task<std::vector<Grant>> listOf(const tenancy::RealmSession& session, std::string_view account, Timestamp) {
    const auto rows = co_await rowsOf(session).run({listOfSql, db::Params().text(session.realm()).text(account)}, db::QueryClass::control);
    co_return db::allOf(rows, rowOf);
}

Task<GrantPage> list(const tenancy::RealmSession& session, const GrantFilter& filter, std::string_view after, std::int32_t count,
                     Timestamp now) {
    count = std::clamp(count, 1, 1000);
    const std::string_view state = !filter.active ? "" : *filter.active ? "active" : "ended";
    db::Params params;
    params.text(after).int8(std::int64_t(count) + 1).text(filter.realm).text(filter.account).text(filter.client);
    params.text(state).timestamp(now);
    const auto rows = co_await rowsOf(session).run({listSql, std::move(params)}, db::QueryClass::control);
    GrantPage page;
    page.grants = db::allOf(rows, rowOf, std::size_t(count));
    if (rows.rows() > std::size_t(count)) page.next = page.grants.back().id;
    co_return page;
}

Task<bool> end(const tenancy::RealmSession& session, std::string_view id, std::string_view by, Timestamp now, std::string_view account) {
    std::vector<db::TenantStatement> statements;
    statements.push_back({endSql, std::move(db::Params().text(session.realm()).text(id).timestamp(now).text(by).text(account))});
    statements.push_back({endAccessSql, std::move(db::Params().text(session.realm()).text(id))});
    statements.push_back({endRefreshSql, std::move(db::Params().text(session.realm()).text(id))});
    statements.push_back({endFamiliesSql, std::move(db::Params().text(session.realm()).text(id))});
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    co_return results[0].affected() == 1;
}

Task<void> touch(const tenancy::RealmSession& session, std::string_view id, Timestamp now) {
    const auto before = now - std::chrono::minutes(1);
    co_await rowsOf(session).run({touchSql, std::move(db::Params().text(session.realm()).text(id).timestamp(now).timestamp(before))});
}

}  // namespace polyclinic::oauth::grant_store
