#include "oauth/auth_request_store.h"

#include "access/token_cache_epoch.h"
#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::oauth {
namespace {

// The columns of rowOf(), in its order.
#define REQUEST_COLUMNS                                                                                            \
    "r.id, r.state, r.client, c.name, r.redirect_uri, r.wish, coalesce(r.app_grant, ''), coalesce(g.account, '')," \
    " r.auth_time, r.code_expires, r.created, r.expires, r.signed_in_since, coalesce(g.patient, ''),"              \
    " coalesce(r.family, ''), coalesce(f.words, '')"
#define REQUEST_TABLES                                                                        \
    " FROM auth_request r"                                                                    \
    " JOIN client c ON c.tenant_id = $1 AND c.id = r.client"                                  \
    " LEFT JOIN app_grant g ON g.tenant_id = $1 AND g.realm = r.realm AND g.id = r.app_grant" \
    " LEFT JOIN token_family f ON f.tenant_id = $1 AND f.realm = r.realm AND f.id = r.family"

// A code that was used must be known again when somebody else shows it, so those requests stay for a day.
constexpr db::TenantSql tidySql(
    "DELETE FROM auth_request WHERE tenant_id = $1 AND expires < $2 AND (code IS NULL OR expires < $2::timestamptz - interval '24 hours')");
#define NOTHING_LEFT(now)                                                                                                                 \
    " AND NOT EXISTS (SELECT 1 FROM token_family f WHERE f.tenant_id = $1 AND f.realm = g.realm AND f.app_grant = g.id AND f.ends > " now \
    ")"
constexpr db::TenantSql endUnfetchedSql(
    "UPDATE app_grant g SET ended = $2, ended_by = 'expired' FROM auth_request r"
    " WHERE g.tenant_id = $1 AND r.tenant_id = $1 AND r.realm = g.realm AND r.app_grant = g.id"
    " AND r.state IN ('decided', 'refused') AND r.code_expires < $2 AND g.ended IS NULL" NOTHING_LEFT("$2"));
constexpr db::TenantSql addSql(
    "INSERT INTO auth_request (tenant_id, realm, id, state, client, redirect_uri, wish, created, expires, signed_in_since)"
    " VALUES ($1, $2, $3, 'started', $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING");
constexpr db::TenantSql findSql("SELECT " REQUEST_COLUMNS REQUEST_TABLES
                                " WHERE r.tenant_id = $1 AND r.realm = $2 AND r.id = $3 AND r.expires > $4");
constexpr db::TenantSql findByCodeSql("SELECT " REQUEST_COLUMNS REQUEST_TABLES " WHERE r.tenant_id = $1 AND r.realm = $2 AND r.code = $3");
// Taken before anything is looked at, so that decisions of one person follow each other and the later one finds the
// grant of the earlier.
constexpr db::TenantSql lockPersonSql("SELECT id FROM account WHERE tenant_id = $1 AND realm = $2 AND id = $3 FOR NO KEY UPDATE");
// The session is looked at under that lock: one that ended a moment ago decides nothing. Identity is as it was told to this
// app last; another device that may stay goes on staying.
constexpr db::TenantSql decideSql(
    "WITH person AS (SELECT id FROM account WHERE tenant_id = $1 AND realm = $2 AND id = $4 AND NOT disabled),"
    " seat AS (SELECT s.id FROM session s, person WHERE s.tenant_id = $1 AND s.realm = $2 AND s.id = $5"
    "  AND s.account = person.id FOR SHARE OF s),"
    " app AS (SELECT id FROM client WHERE tenant_id = $1 AND NOT disabled AND id ="
    "  (SELECT client FROM auth_request WHERE tenant_id = $1 AND realm = $2 AND id = $3) FOR SHARE),"
    " standing AS (SELECT g.id FROM app_grant g, person, app WHERE g.tenant_id = $1 AND g.realm = $2 AND g.account = person.id"
    "  AND g.client = app.id AND g.patient = $11 AND g.ended IS NULL AND g.ends > $10 ORDER BY g.created DESC LIMIT 1 FOR UPDATE OF g),"
    " taken AS (UPDATE auth_request r SET state = 'decided', session = $5, auth_time = $6, code = $7, code_expires = $8,"
    "  app_grant = coalesce((SELECT id FROM standing), $9), family = $15 FROM seat, app"
    "  WHERE r.tenant_id = $1 AND r.realm = $2 AND r.id = $3 AND r.state = 'started'"
    "  AND r.expires > $10 RETURNING r.client, r.app_grant),"
    " changed AS (UPDATE app_grant g SET scopes = $12, offered = $16, ends = CASE WHEN $17 THEN $14 ELSE greatest(g.ends, $14) END,"
    "  words = CASE WHEN $13 NOT LIKE '%offline_access%' AND EXISTS (SELECT 1 FROM token_family f WHERE f.tenant_id = $1"
    "   AND f.realm = $2 AND f.app_grant = g.id AND f.ends > $10 AND f.words LIKE '%offline_access%')"
    "   THEN btrim($13 || ' offline_access') ELSE $13 END"
    "  FROM taken, standing WHERE g.tenant_id = $1 AND g.realm = $2 AND g.id = standing.id),"
    " made AS (INSERT INTO app_grant (tenant_id, realm, id, account, client, patient, scopes, words, created, ends, offered)"
    "  SELECT $1, $2, $9, $4, taken.client, $11, $12, $13, $10, $14, $16 FROM taken WHERE NOT EXISTS (SELECT 1 FROM standing))"
    " INSERT INTO token_family (tenant_id, realm, id, app_grant, words, created, ends)"
    " SELECT $1, $2, $15, taken.app_grant, $13, $10, $8 FROM taken");
#define OTHERS_OF_FAMILY                                                                                                            \
    " FROM app_grant n, token_family f WHERE f.tenant_id = $1 AND f.realm = $2 AND f.id = $3 AND n.tenant_id = $1 AND n.realm = $2" \
    " AND n.id = f.app_grant AND g.tenant_id = $1 AND g.realm = $2 AND g.account = n.account AND g.client = n.client AND g.id <> n.id"
// What is over, or of another patient.
constexpr db::TenantSql replaceSql("UPDATE app_grant g SET ended = $4, ended_by = 'replaced'" OTHERS_OF_FAMILY " AND g.ended IS NULL");
constexpr db::TenantSql endReplacedSql(
    "DELETE FROM token_family t USING (SELECT g.id FROM app_grant g, app_grant n, token_family f WHERE f.tenant_id = $1 AND f.realm = $2"
    " AND f.id = $3 AND n.tenant_id = $1 AND n.realm = $2 AND n.id = f.app_grant AND g.tenant_id = $1 AND g.realm = $2"
    " AND g.account = n.account AND g.client = n.client AND g.ended IS NOT NULL) old"
    " WHERE t.tenant_id = $1 AND t.realm = $2 AND t.app_grant = old.id");
constexpr db::TenantSql refuseSql(
    "UPDATE auth_request SET state = 'refused' WHERE tenant_id = $1 AND realm = $2 AND id = $3 AND state = 'started'");
// Locks come in one order everywhere: the grant, then what hangs on it.
constexpr db::TenantSql lockGrantOfCodeSql(
    "SELECT g.id FROM app_grant g WHERE g.tenant_id = $1 AND g.realm = $2 AND g.id ="
    " (SELECT app_grant FROM auth_request WHERE tenant_id = $1 AND realm = $2 AND code = $3) FOR UPDATE");
constexpr db::TenantSql burnSql(
    "UPDATE auth_request SET state = 'refused' WHERE tenant_id = $1 AND realm = $2 AND code = $3 AND state = 'decided'");
constexpr db::TenantSql endBurntSql(
    "DELETE FROM token_family f USING auth_request r WHERE r.tenant_id = $1 AND r.realm = $2 AND r.code = $3 AND r.state = 'refused'"
    " AND f.tenant_id = $1 AND f.realm = $2 AND f.id = r.family");
constexpr db::TenantSql endGrantOfCodeSql(
    "UPDATE app_grant g SET ended = $4, ended_by = 'expired' FROM auth_request r WHERE r.tenant_id = $1 AND r.realm = $2 AND r.code = $3"
    " AND r.state = 'refused' AND g.tenant_id = $1 AND g.realm = $2 AND g.id = r.app_grant AND g.ended IS NULL" NOTHING_LEFT("$4"));

AuthRequest rowOf(const db::Result& rows, std::size_t row) {
    AuthRequest request;
    request.id = rows.text(row, 0);
    request.state = rows.text(row, 1);
    request.client = rows.text(row, 2);
    request.clientName = rows.text(row, 3);
    request.redirectUri = rows.text(row, 4);
    request.parameters = rows.text(row, 5);
    request.grant = rows.text(row, 6);
    request.account = rows.text(row, 7);
    request.authTime = rows.optionalTimestamp(row, 8);
    request.codeExpires = rows.optionalTimestamp(row, 9);
    request.created = rows.timestamp(row, 10);
    request.expires = rows.timestamp(row, 11);
    request.signedInSince = rows.timestamp(row, 12);
    request.patient = rows.text(row, 13);
    request.family = rows.text(row, 14);
    request.nonResourceScopes = rows.text(row, 15);
    return request;
}

}  // namespace

namespace auth_request_store {

Task<void> add(const tenancy::RealmSession& session, const AuthRequest& request) {
    db::Params params;
    params.text(session.realm()).text(request.id).text(request.client).text(request.redirectUri).text(request.parameters);
    params.timestamp(request.created).timestamp(request.expires).timestamp(request.signedInSince);
    std::vector<db::TenantStatement> statements;
    statements.push_back({endUnfetchedSql, std::move(db::Params().timestamp(request.created))});
    statements.push_back({tidySql, std::move(db::Params().timestamp(request.created))});
    statements.push_back({addSql, std::move(params)});
    co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
}

Task<std::optional<AuthRequest>> find(const tenancy::RealmSession& session, std::string_view id, Timestamp now) {
    const auto rows = co_await rowsOf(session).run({findSql, std::move(db::Params().text(session.realm()).text(id).timestamp(now))},
                                                   db::QueryClass::control);
    co_return db::firstOf(rows, rowOf);
}

Task<std::optional<AuthRequest>> findByCode(const tenancy::RealmSession& session, std::string_view codeHash) {
    const auto rows = co_await rowsOf(session).run({findByCodeSql, std::move(db::Params().text(session.realm()).bytea(codeHash))},
                                                   db::QueryClass::control);
    co_return db::firstOf(rows, rowOf);
}

Task<bool> decide(const tenancy::RealmSession& session, const ConsentDecision& decision, Timestamp now) {
    db::Params params;
    params.text(session.realm()).text(decision.request).text(decision.account).text(decision.session).timestamp(decision.authTime);
    params.bytea(decision.codeHash).timestamp(decision.codeExpires).text(decision.grant).timestamp(now);
    params.text(decision.patient).text(decision.scopes).text(decision.nonResourceScopes).timestamp(decision.ends);
    params.text(decision.family).text(decision.offered).boolean(decision.endChosen);
    std::vector<db::TenantStatement> statements;
    statements.push_back({lockPersonSql, std::move(db::Params().text(session.realm()).text(decision.account))});
    statements.push_back({decideSql, std::move(params)});
    statements.push_back({replaceSql, std::move(db::Params().text(session.realm()).text(decision.family).timestamp(now))});
    statements.push_back({endReplacedSql, std::move(db::Params().text(session.realm()).text(decision.family))});
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    co_return results[1].affected() == 1;
}

Task<bool> refuse(const tenancy::RealmSession& session, std::string_view id) {
    const auto result =
        co_await rowsOf(session).run({refuseSql, std::move(db::Params().text(session.realm()).text(id))}, db::QueryClass::control);
    co_return result.affected() == 1;
}

Task<void> burn(const tenancy::RealmSession& session, std::string_view codeHash, Timestamp now) {
    std::vector<db::TenantStatement> statements;
    for (const auto* sql : {&lockGrantOfCodeSql, &burnSql, &endBurntSql})
        statements.push_back({*sql, std::move(db::Params().text(session.realm()).bytea(codeHash))});
    statements.push_back({endGrantOfCodeSql, std::move(db::Params().text(session.realm()).bytea(codeHash).timestamp(now))});
    co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
}

}  // namespace auth_request_store
}  // namespace polyclinic::oauth
