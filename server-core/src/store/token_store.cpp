#include "store/token_store.h"

#include "store/verdict_epoch.h"

namespace polyclinic::store::tokens {
namespace {

// The lock on the client's row orders this behind or before a rotation or a change of scopes: a token of an old secret
// cannot slip in after the rotation has ended all of them.
constexpr db::TenantSql addSql(
    "WITH client_row AS (SELECT id FROM client WHERE tenant_id = $1 AND id = $4 AND secret = $9 AND scopes = $11 AND NOT disabled FOR SHARE)"
    " INSERT INTO access_token (tenant_id, realm, hash, id, client, audience, scopes, issued, expires)"
    " SELECT $1, $2, $3, $10, id, $5, $6, $7, $8 FROM client_row");
constexpr db::TenantSql tidySql("DELETE FROM access_token WHERE tenant_id = $1 AND client = $2 AND expires < $3");
constexpr db::TenantSql findSql(
    "SELECT t.id, t.client, t.audience, t.scopes, t.issued, t.expires FROM access_token t"
    " JOIN client c ON c.tenant_id = $1 AND c.id = t.client"
    " WHERE t.tenant_id = $1 AND t.realm = $2 AND t.hash = $3 AND t.expires > $4 AND NOT c.disabled");
constexpr db::TenantSql revokeSql(
    "DELETE FROM access_token WHERE tenant_id = $1 AND realm = $2 AND hash = $3 AND client = $4");

}  // namespace

Task<bool> add(db::TenantSession& session, std::string_view realm, std::string_view hash, const AccessToken& token,
               std::string_view secretHash, std::string_view registered) {
    db::Params params;
    params.text(realm).bytea(hash).text(token.clientId).text(token.audience).text(token.scopes);
    params.timestamp(token.issued).timestamp(token.expires).bytea(secretHash).text(token.id).text(registered);
    std::vector<db::TenantStatement> statements;
    statements.push_back({addSql, std::move(params)});
    statements.push_back({tidySql, db::Params().text(token.clientId).timestamp(token.issued)});
    const auto results = co_await session.runAll(std::move(statements), db::Lane::control);
    co_return results[0].affected() == 1;
}

Task<std::optional<AccessToken>> find(db::TenantSession& session, std::string_view realm, std::string_view hash,
                                      Timestamp now) {
    const auto rows = co_await session.run({findSql, db::Params().text(realm).bytea(hash).timestamp(now)});
    if (rows.empty()) co_return std::nullopt;
    co_return AccessToken{std::string(rows.text(0, 0)), std::string(rows.text(0, 1)), std::string(rows.text(0, 2)),
                          std::string(rows.text(0, 3)), rows.timestamp(0, 4),         rows.timestamp(0, 5)};
}

Task<bool> revoke(db::TenantSession& session, std::string_view realm, std::string_view hash, std::string_view clientId) {
    const auto result = co_await session.run(
        {revokeSql, db::Params().text(realm).bytea(hash).text(clientId)}, db::Lane::control);
    endVerdicts();
    co_return result.affected() > 0;
}

}  // namespace polyclinic::store::tokens
