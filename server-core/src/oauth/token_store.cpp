#include "oauth/token_store.h"

#include "access/token_cache_epoch.h"
#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::oauth::token_store {
namespace {

constexpr db::TenantSql findSql(
    "SELECT t.id, t.client, coalesce(t.app_grant, ''), coalesce(g.account, ''), coalesce(g.patient, ''), coalesce(a.fhir_user, ''),"
    " t.scopes, t.words, t.audience, t.issued, t.expires, g.last_used, coalesce(t.family, ''), coalesce(g.scopes, ''),"
    " coalesce(g.words, '') FROM access_token t"
    " JOIN client c ON c.tenant_id = $1 AND c.id = t.client"
    " LEFT JOIN app_grant g ON g.tenant_id = $1 AND g.realm = $2 AND g.id = t.app_grant"
    " LEFT JOIN account a ON a.tenant_id = $1 AND a.realm = $2 AND a.id = g.account"
    " WHERE t.tenant_id = $1 AND t.realm = $2 AND t.hash = $3 AND t.expires > $4 AND NOT c.disabled"
    " AND (t.app_grant IS NULL OR (g.ended IS NULL AND g.ends > $4 AND NOT a.disabled))");
constexpr db::TenantSql findRefreshSql(
    "SELECT r.app_grant, g.account, g.client, g.patient, a.fhir_user, g.scopes, coalesce(f.words, g.words), g.ends,"
    " g.ended IS NULL AND g.ends > $4 AND NOT a.disabled AND NOT c.disabled, r.expires, r.used, coalesce(r.family, ''), g.words FROM "
    "refresh_token r"
    " JOIN app_grant g ON g.tenant_id = $1 AND g.realm = $2 AND g.id = r.app_grant"
    " JOIN account a ON a.tenant_id = $1 AND a.realm = $2 AND a.id = g.account"
    " JOIN client c ON c.tenant_id = $1 AND c.id = g.client"
    " LEFT JOIN token_family f ON f.tenant_id = $1 AND f.realm = $2 AND f.id = r.family"
    " WHERE r.tenant_id = $1 AND r.realm = $2 AND r.hash = $3");

// What every statement below begins with. The lock on the client's row orders it behind or before a change of the
// secret or the scopes, the one on the grant behind or before its end: nothing can slip in after either. Locks come in one order
// everywhere: client, grant, token.
//   $3 what is used up  $4 client  $5 its secret's hash  $6 hash of the access token  $7 its id  $8 scopes  $9 words
//   $10 audience  $11 now  $12 its end  $13 hash of the refresh token  $14 its end  $15 the client's scopes  $16 the family's end
#define LIVE_CLIENT                                                                        \
    "WITH app AS (SELECT id FROM client WHERE tenant_id = $1 AND id = $4 AND NOT disabled" \
    "  AND ($5::bytea IS NULL OR secret = $5) AND scopes = $15 FOR SHARE),"
#define LIVE_GRANT(id)                                                                                                         \
    " live AS (SELECT g.id FROM app_grant g, app WHERE g.tenant_id = $1 AND g.realm = $2 AND g.client = app.id AND g.id = " id \
    "  AND g.ended IS NULL AND g.ends > $11"                                                                                   \
    "  AND NOT (SELECT a.disabled FROM account a WHERE a.tenant_id = $1 AND a.realm = $2 AND a.id = g.account) FOR SHARE OF g),"
// A family whose row is gone hands out nothing.
#define FAMILY                                                                                                              \
    " family AS (UPDATE token_family f SET ends = greatest(f.ends, $16) FROM taken WHERE f.tenant_id = $1 AND f.realm = $2" \
    "  AND f.id = taken.family RETURNING f.id, f.app_grant)"
#define INSERT_ACCESS                                                                                                             \
    " INSERT INTO access_token (tenant_id, realm, hash, id, client, audience, scopes, words, issued, expires, app_grant, family)" \
    " SELECT $1, $2, $6, $7, $4, $10, $8, $9, $11, $12, family.app_grant, family.id FROM family"
#define INSERT_REFRESH                                                                                       \
    ", successor AS (INSERT INTO refresh_token (tenant_id, realm, hash, app_grant, family, issued, expires)" \
    "  SELECT $1, $2, $13, family.app_grant, family.id, $11, $14 FROM family WHERE $13::bytea IS NOT NULL)"

constexpr db::TenantSql issueSql(
    "WITH app AS (SELECT id FROM client WHERE tenant_id = $1 AND id = $3 AND NOT disabled"
    "  AND ($4::bytea IS NULL OR secret = $4) AND scopes = $12 FOR SHARE)"
    " INSERT INTO access_token (tenant_id, realm, hash, id, client, audience, scopes, words, issued, expires)"
    " SELECT $1, $2, $5, $6, app.id, $9, $7, $8, $10, $11 FROM app");
constexpr db::TenantSql redeemSql(
    LIVE_CLIENT
    LIVE_GRANT("(SELECT app_grant FROM auth_request WHERE tenant_id = $1 AND realm = $2 AND code = $3)")
    " taken AS (UPDATE auth_request r SET state = 'redeemed' FROM live WHERE r.tenant_id = $1 AND r.realm = $2"
    "  AND r.code = $3 AND r.state = 'decided' AND r.code_expires > $11 AND r.app_grant = live.id RETURNING r.family),"
    FAMILY INSERT_REFRESH INSERT_ACCESS);
constexpr db::TenantSql rotateSql(LIVE_CLIENT LIVE_GRANT(
    "$17") " taken AS (UPDATE refresh_token r SET used = $11 FROM live WHERE r.tenant_id = $1 AND r.realm = $2 AND r.hash = $3"
           "  AND r.used IS NULL AND r.expires > $11 AND r.app_grant = live.id RETURNING r.family)," FAMILY INSERT_REFRESH INSERT_ACCESS);
constexpr db::TenantSql repeatSql(LIVE_CLIENT LIVE_GRANT(
    "$3") " taken AS (SELECT r.family FROM refresh_token r, live WHERE r.tenant_id = $1 AND r.realm = $2 AND r.hash = $13"
          "  AND r.used IS NULL AND r.expires > $11 AND r.app_grant = live.id FOR SHARE OF r)," FAMILY INSERT_ACCESS);

constexpr db::TenantSql tidyAccessSql("DELETE FROM access_token WHERE tenant_id = $1 AND client = $2 AND expires < $3");
constexpr db::TenantSql tidyRefreshSql("DELETE FROM refresh_token WHERE tenant_id = $1 AND expires < $2");
constexpr db::TenantSql tidyFamilySql("DELETE FROM token_family WHERE tenant_id = $1 AND ends < $2");
constexpr db::TenantSql lockGrantSql("SELECT id FROM app_grant WHERE tenant_id = $1 AND realm = $2 AND id = $3 FOR UPDATE");
constexpr db::TenantSql endFamilySql("DELETE FROM token_family WHERE tenant_id = $1 AND realm = $2 AND app_grant = $3 AND id = $4");
constexpr db::TenantSql endEmptyFamilySql(
    "DELETE FROM token_family f WHERE f.tenant_id = $1 AND f.realm = $2 AND f.app_grant = $3 AND f.id = $4"
    " AND NOT EXISTS (SELECT 1 FROM access_token t WHERE t.tenant_id = $1 AND t.realm = $2 AND t.family = f.id AND t.expires > $5)"
    " AND NOT EXISTS (SELECT 1 FROM refresh_token r WHERE r.tenant_id = $1 AND r.realm = $2 AND r.family = f.id AND r.used IS NULL AND "
    "r.expires > $5)");
constexpr db::TenantSql endEmptyGrantSql(
    "UPDATE app_grant g SET ended = $4, ended_by = $5 WHERE g.tenant_id = $1 AND g.realm = $2 AND g.id = $3 AND g.ended IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM token_family f WHERE f.tenant_id = $1 AND f.realm = $2 AND f.app_grant = $3 AND f.ends > $4)");
constexpr db::TenantSql revokeSql("DELETE FROM access_token WHERE tenant_id = $1 AND realm = $2 AND hash = $3 AND client = $4");

/// `used`: $2 and $3.
db::Params paramsOf(db::Params used, const NewTokens& tokens) {
    used.text(tokens.client).optionalBytea(tokens.secretHash).bytea(tokens.accessHash).text(tokens.accessId);
    used.text(tokens.scopes).text(tokens.nonResourceScopes).text(tokens.audience).timestamp(tokens.issued).timestamp(tokens.accessExpires);
    used.optionalBytea(tokens.refreshHash).timestamp(tokens.refreshExpires).text(tokens.registered);
    used.timestamp(tokens.refreshHash ? tokens.refreshExpires : tokens.accessExpires);
    return used;
}

Task<bool> handOut(const tenancy::RealmSession& session, const db::TenantSql& sql, db::Params params, const NewTokens& tokens) {
    std::vector<db::TenantStatement> statements;
    statements.push_back({sql, std::move(params)});
    statements.push_back({tidyAccessSql, std::move(db::Params().text(tokens.client).timestamp(tokens.issued))});
    statements.push_back({tidyRefreshSql, std::move(db::Params().timestamp(tokens.issued))});
    statements.push_back({tidyFamilySql, std::move(db::Params().timestamp(tokens.issued))});
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    co_return results[0].affected() == 1;
}

AccessToken tokenOf(const db::Result& rows, std::size_t row) {
    AccessToken token;
    token.id = rows.text(row, 0);
    token.client = rows.text(row, 1);
    token.grant = rows.text(row, 2);
    token.account = rows.text(row, 3);
    token.patient = rows.text(row, 4);
    token.fhirUser = rows.text(row, 5);
    token.scopes = rows.text(row, 6);
    token.nonResourceScopes = rows.text(row, 7);
    token.audience = rows.text(row, 8);
    token.issued = rows.timestamp(row, 9);
    token.expires = rows.timestamp(row, 10);
    token.grantLastUsed = rows.optionalTimestamp(row, 11);
    token.family = rows.text(row, 12);
    token.grantScopes = rows.text(row, 13);
    token.grantWords = rows.text(row, 14);
    return token;
}

RefreshToken refreshTokenOf(const db::Result& rows, std::size_t row) {
    RefreshToken token;
    token.grant = rows.text(row, 0);
    token.account = rows.text(row, 1);
    token.client = rows.text(row, 2);
    token.patient = rows.text(row, 3);
    token.fhirUser = rows.text(row, 4);
    token.scopes = rows.text(row, 5);
    token.nonResourceScopes = rows.text(row, 6);
    token.grantEnds = rows.timestamp(row, 7);
    token.alive = rows.boolean(row, 8);
    token.expires = rows.timestamp(row, 9);
    token.used = rows.optionalTimestamp(row, 10);
    token.family = rows.text(row, 11);
    token.grantWords = rows.text(row, 12);
    return token;
}

}  // namespace

Task<std::optional<AccessToken>> find(const tenancy::RealmSession& session, std::string_view hash, Timestamp now) {
    const auto rows = co_await rowsOf(session).run({findSql, std::move(db::Params().text(session.realm()).bytea(hash).timestamp(now))});
    co_return db::firstOf(rows, tokenOf);
}

Task<bool> issue(const tenancy::RealmSession& session, const NewTokens& tokens) {
    db::Params params;
    params.text(session.realm()).text(tokens.client).optionalBytea(tokens.secretHash).bytea(tokens.accessHash).text(tokens.accessId);
    params.text(tokens.scopes)
        .text(tokens.nonResourceScopes)
        .text(tokens.audience)
        .timestamp(tokens.issued)
        .timestamp(tokens.accessExpires);
    params.text(tokens.registered);
    std::vector<db::TenantStatement> statements;
    statements.push_back({issueSql, std::move(params)});
    statements.push_back({tidyAccessSql, std::move(db::Params().text(tokens.client).timestamp(tokens.issued))});
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    co_return results[0].affected() == 1;
}

Task<bool> redeem(const tenancy::RealmSession& session, std::string_view codeHash, const NewTokens& tokens) {
    auto params = paramsOf(db::Params().text(session.realm()).bytea(codeHash), tokens);
    co_return co_await handOut(session, redeemSql, std::move(params), tokens);
}

Task<std::optional<RefreshToken>> findRefresh(const tenancy::RealmSession& session, std::string_view hash, Timestamp now) {
    const auto rows = co_await rowsOf(session).run(
        {findRefreshSql, std::move(db::Params().text(session.realm()).bytea(hash).timestamp(now))}, db::QueryClass::control);
    co_return db::firstOf(rows, refreshTokenOf);
}

Task<bool> rotate(const tenancy::RealmSession& session, std::string_view hash, std::string_view grant, const NewTokens& tokens) {
    auto params = paramsOf(db::Params().text(session.realm()).bytea(hash), tokens);
    params.text(grant);
    co_return co_await handOut(session, rotateSql, std::move(params), tokens);
}

Task<bool> repeat(const tenancy::RealmSession& session, std::string_view grant, const NewTokens& tokens) {
    auto params = paramsOf(db::Params().text(session.realm()).text(grant), tokens);
    co_return co_await handOut(session, repeatSql, std::move(params), tokens);
}

Task<bool> revoke(const tenancy::RealmSession& session, std::string_view hash, const AccessToken& token, Timestamp now) {
    std::vector<db::TenantStatement> statements;
    statements.push_back({lockGrantSql, std::move(db::Params().text(session.realm()).text(token.grant))});
    statements.push_back({revokeSql, std::move(db::Params().text(session.realm()).bytea(hash).text(token.client))});
    statements.push_back(
        {endEmptyFamilySql, std::move(db::Params().text(session.realm()).text(token.grant).text(token.family).timestamp(now))});
    statements.push_back({endEmptyGrantSql, std::move(db::Params().text(session.realm()).text(token.grant).timestamp(now).text("app"))});
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    co_return results[1].affected() > 0;
}

Task<bool> endFamily(const tenancy::RealmSession& session, std::string_view grant, std::string_view family, std::string_view by,
                     Timestamp now) {
    std::vector<db::TenantStatement> statements;
    statements.push_back({lockGrantSql, std::move(db::Params().text(session.realm()).text(grant))});
    statements.push_back({endFamilySql, std::move(db::Params().text(session.realm()).text(grant).text(family))});
    statements.push_back({endEmptyGrantSql, std::move(db::Params().text(session.realm()).text(grant).timestamp(now).text(by))});
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    co_return results[1].affected() > 0;
}

}  // namespace polyclinic::oauth::token_store
