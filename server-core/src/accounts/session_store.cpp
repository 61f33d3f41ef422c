#include "accounts/session_store.h"

#include "access/token_cache_epoch.h"
#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::accounts::session_store {
namespace {

using namespace std::chrono_literals;

// Written again no more often than this: a page with ten pictures is one visit.
constexpr std::chrono::seconds seenEvery = 30s;

#define SESSION_COLUMNS "s.id, s.account, s.device, s.address, s.started, s.last_seen, s.expires, a.username, a.fhir_user, a.language"
#define LIVING_SESSIONS                                                                                 \
    "SELECT " SESSION_COLUMNS                                                                           \
    " FROM session s"                                                                                   \
    " JOIN account a ON a.tenant_id = $1 AND a.realm = s.realm AND a.id = s.account AND NOT a.disabled" \
    " WHERE s.tenant_id = $1 AND s.realm = $2 AND s.expires > $4 AND s.last_seen > $5"

constexpr db::TenantSql addSql(
    "INSERT INTO session (tenant_id, realm, hash, id, account, device, address, started, last_seen, expires, known_device)"
    " SELECT $1, $2, $3, $4, a.id, $6, $7, $8, $8, $9, nullif($11, ''::bytea) FROM account a WHERE a.tenant_id = $1 AND a.realm = $2 AND "
    "a.id = $5"
    " AND NOT a.disabled AND a.password IS NOT DISTINCT FROM nullif($10, '') FOR SHARE");
constexpr db::TenantSql tidySql("DELETE FROM session WHERE tenant_id = $1 AND realm = $2 AND account = $3 AND expires < $4");
constexpr db::TenantSql findSql(LIVING_SESSIONS " AND s.hash = $3");
constexpr db::TenantSql listSql(LIVING_SESSIONS " AND ($3 = '' OR s.account = $3) ORDER BY s.last_seen DESC, s.id LIMIT 1000");
constexpr db::TenantSql seenSql("UPDATE session SET last_seen = $4 WHERE tenant_id = $1 AND realm = $2 AND hash = $3 AND last_seen < $4");
constexpr db::TenantSql endByHashSql("DELETE FROM session WHERE tenant_id = $1 AND realm = $2 AND hash = $3");
constexpr db::TenantSql endSql("DELETE FROM session WHERE tenant_id = $1 AND realm = $2 AND id = $3 AND ($4 = '' OR account = $4)");
constexpr db::TenantSql endDeviceSql(
    "DELETE FROM known_device d USING session s WHERE s.tenant_id = $1 AND s.realm = $2 AND s.id = $3 AND ($4 = '' OR s.account = $4)"
    " AND d.tenant_id = $1 AND d.realm = $2 AND d.account = s.account AND d.hash = s.known_device");
constexpr db::TenantSql endOtherDevicesSql(
    "DELETE FROM known_device d WHERE d.tenant_id = $1 AND d.realm = $2 AND d.account = $3 AND NOT EXISTS"
    " (SELECT 1 FROM session s WHERE s.tenant_id = $1 AND s.realm = $2 AND s.id = $4 AND s.known_device = d.hash)");
constexpr db::TenantSql endOthersSql("DELETE FROM session WHERE tenant_id = $1 AND realm = $2 AND account = $3 AND id <> $4");

Session rowOf(const db::Result& rows, std::size_t row) {
    Session session;
    session.id = rows.text(row, 0);
    session.account = rows.text(row, 1);
    session.device = rows.text(row, 2);
    session.address = rows.text(row, 3);
    session.started = rows.timestamp(row, 4);
    session.lastSeen = rows.timestamp(row, 5);
    session.expires = rows.timestamp(row, 6);
    session.username = rows.text(row, 7);
    session.fhirUser = rows.text(row, 8);
    session.language = rows.optionalText(row, 9);
    return session;
}

}  // namespace

Task<bool> add(const tenancy::RealmSession& session, std::string_view hash, const Session& made, std::string_view password) {
    db::Params params;
    params.text(session.realm()).bytea(hash).text(made.id).text(made.account).text(made.device).text(made.address);
    params.timestamp(made.started).timestamp(made.expires).text(password).bytea(made.knownDevice);
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(tidySql, std::move(db::Params().text(session.realm()).text(made.account).timestamp(made.started)));
    statements.emplace_back(addSql, std::move(params));
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    co_return results[1].affected() == 1;
}

Task<std::optional<Session>> find(const tenancy::RealmSession& session, std::string_view hash, Timestamp now, Timestamp idleSince) {
    db::Params params;
    params.text(session.realm()).bytea(hash).timestamp(now).timestamp(idleSince);
    const auto rows = co_await rowsOf(session).run({findSql, std::move(params)});
    if (rows.empty()) co_return std::nullopt;
    auto found = rowOf(rows, 0);
    if (now - found.lastSeen >= seenEvery)
        co_await rowsOf(session).run({seenSql, std::move(db::Params().text(session.realm()).bytea(hash).timestamp(now))});
    co_return found;
}

Task<std::vector<Session>> list(const tenancy::RealmSession& session, std::string_view account, Timestamp now, Timestamp idleSince) {
    db::Params params;
    params.text(session.realm()).text(account).timestamp(now).timestamp(idleSince);
    const auto rows = co_await rowsOf(session).run({listSql, std::move(params)}, db::QueryClass::control);
    co_return db::allOf(rows, rowOf);
}

Task<bool> endByHash(const tenancy::RealmSession& session, std::string_view hash) {
    const auto result =
        co_await rowsOf(session).run({endByHashSql, std::move(db::Params().text(session.realm()).bytea(hash))}, db::QueryClass::control);
    access::endCachedTokens();
    co_return result.affected() > 0;
}

Task<bool> end(const tenancy::RealmSession& session, std::string_view id, std::string_view account) {
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(endDeviceSql, std::move(db::Params().text(session.realm()).text(id).text(account)));
    statements.emplace_back(endSql, std::move(db::Params().text(session.realm()).text(id).text(account)));
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    co_return results[1].affected() > 0;
}

Task<std::size_t> endOthers(const tenancy::RealmSession& session, std::string_view account, std::string_view exceptId) {
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(endOtherDevicesSql, std::move(db::Params().text(session.realm()).text(account).text(exceptId)));
    statements.emplace_back(endOthersSql, std::move(db::Params().text(session.realm()).text(account).text(exceptId)));
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    co_return results[1].affected();
}

}  // namespace polyclinic::accounts::session_store
