#include "oauth/client_store.h"

#include <algorithm>

#include "access/token_cache_epoch.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/random.h"
#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::oauth::client_store {
namespace {

// The columns of rowOf(), in its order.
#define CLIENT_COLUMNS                                                                                              \
    "id, name, kind, type, redirect_uris, launch_uri, scopes, jwks, jwks_uri, disabled, version, created, updated," \
    " publisher, description, policy_uri, terms_uri, facts, offered, access_seconds, introspect"

constexpr db::TenantSql insertSql(
    "INSERT INTO client (tenant_id, id, name, kind, type, redirect_uris, launch_uri, scopes, jwks, jwks_uri, secret,"
    " disabled, version, created, updated, publisher, description, policy_uri, terms_uri, facts, offered, access_seconds,"
    " introspect)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $13, $14, $15, $16, $17, $18, $19, nullif($20, 0), $21)");
constexpr db::TenantSql findSql("SELECT " CLIENT_COLUMNS " FROM client WHERE tenant_id = $1 AND id = $2");
constexpr db::TenantSql listSql("SELECT " CLIENT_COLUMNS " FROM client WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3");
constexpr db::TenantSql updateSql(
    "UPDATE client SET name = $3, scopes = $4, disabled = $5, version = version + 1, updated = $6, redirect_uris = $8,"
    " launch_uri = $9, publisher = $10, description = $11, policy_uri = $12, terms_uri = $13, facts = $14, offered = $15,"
    " access_seconds = nullif($16, 0), introspect = $17"
    " WHERE tenant_id = $1 AND id = $2 AND ($7 = 0 OR version = $7) RETURNING " CLIENT_COLUMNS);
constexpr db::TenantSql rotateSql(
    "UPDATE client SET secret = $3, version = version + 1, updated = $4"
    " WHERE tenant_id = $1 AND id = $2 AND ($5 = 0 OR version = $5) RETURNING " CLIENT_COLUMNS);
constexpr db::TenantSql removeSql("DELETE FROM client WHERE tenant_id = $1 AND id = $2");
constexpr db::TenantSql secretSql("SELECT secret, disabled, scopes FROM client WHERE tenant_id = $1 AND id = $2");
// Locked before its tokens are looked at: none can slip in between them and the change.
constexpr db::TenantSql lockSql("SELECT id FROM client WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE");
// Tokens hold the scopes of the moment in which they were issued. Apps with a refresh token get what is left at once.
constexpr db::TenantSql endTokensOfOtherScopesSql(
    "DELETE FROM access_token WHERE tenant_id = $1 AND client = $2 AND EXISTS (SELECT 1 FROM client c"
    " WHERE c.tenant_id = $1 AND c.id = $2 AND c.scopes <> $3 AND ($4 = 0 OR c.version = $4))");
// Only what the statement before it has left disabled, so that both can go in one round trip.
constexpr db::TenantSql endTokensOfDisabledSql(
    "DELETE FROM access_token WHERE tenant_id = $1 AND client = $2"
    " AND EXISTS (SELECT 1 FROM client c WHERE c.tenant_id = $1 AND c.id = $2 AND c.disabled)");
// Tokens of this secret and of older ones: all that are issued by now.
constexpr db::TenantSql endTokensOfSecretSql(
    "DELETE FROM access_token WHERE tenant_id = $1 AND client = $2"
    " AND EXISTS (SELECT 1 FROM client c WHERE c.tenant_id = $1 AND c.id = $2 AND c.secret = $3)");

std::string makeSecret() { return "pcs_" + randomToken(); }

ClientKind kindOf(std::string_view text) {
    for (const auto kind : {ClientKind::patientApp, ClientKind::providerApp, ClientKind::backendService})
        if (toText(kind) == text) return kind;
    throw Failure(FailureKind::internal, "A client cannot be read.", "unknown kind of client");
}

ClientType typeOf(std::string_view text) {
    for (const auto type : {ClientType::publicClient, ClientType::confidentialSymmetric, ClientType::confidentialAsymmetric})
        if (toText(type) == text) return type;
    throw Failure(FailureKind::internal, "A client cannot be read.", "unknown type of client");
}

Client rowOf(const db::Result& rows, std::size_t row) {
    Client client;
    client.id = rows.text(row, 0);
    client.name = rows.text(row, 1);
    client.kind = kindOf(rows.text(row, 2));
    client.type = typeOf(rows.text(row, 3));
    client.redirectUris = rows.textArray(row, 4);
    client.launchUri = rows.optionalText(row, 5);
    client.scopes = rows.text(row, 6);
    client.jwks = rows.optionalText(row, 7);
    client.jwksUri = rows.optionalText(row, 8);
    client.disabled = rows.boolean(row, 9);
    client.version = rows.int8(row, 10);
    client.created = rows.timestamp(row, 11);
    client.updated = rows.timestamp(row, 12);
    client.publisher = rows.optionalText(row, 13);
    client.description = rows.optionalText(row, 14);
    client.policyUri = rows.optionalText(row, 15);
    client.termsUri = rows.optionalText(row, 16);
    client.privacyAnswers = rows.optionalText(row, 17);
    client.offered = rows.boolean(row, 18);
    if (!rows.isNull(row, 19)) client.accessSeconds = rows.int4(row, 19);
    client.introspect = rows.boolean(row, 20);
    return client;
}

/// publisher to introspect, in that order.
void addTold(db::Params& params, const Client& client) {
    params.optionalText(client.publisher).optionalText(client.description).optionalText(client.policyUri);
    params.optionalText(client.termsUri).optionalText(client.privacyAnswers).boolean(client.offered);
    params.int4(client.accessSeconds.value_or(0)).boolean(client.introspect);  // 0: the usual life
}

Failure changedMeanwhile() {
    return Failure(FailureKind::preconditionFailed, "The client was changed in the meantime. Read it again.").withCode("conflict");
}

Task<bool> exists(const tenancy::RealmSession& session, std::string_view id) {
    const auto client = co_await find(session, id);
    co_return client.has_value();
}

}  // namespace

Task<NewClient> create(const tenancy::RealmSession& session, Client client, Timestamp now) {
    NewClient made{std::move(client), {}};
    auto& row = made.client;
    row.id = randomUuid();
    row.version = 1;
    row.created = row.updated = now;
    std::optional<std::string> hash;
    if (row.type == ClientType::confidentialSymmetric) {
        made.secret = makeSecret();
        hash = sha256(made.secret);
    }
    db::Params params;
    params.text(row.id).text(row.name).text(toText(row.kind)).text(toText(row.type)).textArray(row.redirectUris);
    params.optionalText(row.launchUri).text(row.scopes).optionalText(row.jwks).optionalText(row.jwksUri);
    params.optionalBytea(hash).boolean(row.disabled).timestamp(now);
    addTold(params, row);
    co_await rowsOf(session).run({insertSql, std::move(params)}, db::QueryClass::control);
    co_return made;
}

Task<std::optional<Client>> find(const tenancy::RealmSession& session, std::string_view id) {
    const auto rows = co_await rowsOf(session).run({findSql, db::Params().text(id)}, db::QueryClass::control);
    co_return db::firstOf(rows, rowOf);
}

Task<ClientPage> list(const tenancy::RealmSession& session, std::string_view after, std::int32_t count) {
    count = std::clamp(count, 1, 1000);
    const auto rows =
        co_await rowsOf(session).run({listSql, db::Params().text(after).int8(std::int64_t(count) + 1)}, db::QueryClass::control);
    ClientPage page;
    page.clients = db::allOf(rows, rowOf, std::size_t(count));
    if (rows.rows() > std::size_t(count)) page.next = page.clients.back().id;
    co_return page;
}

Task<std::optional<Client>> update(const tenancy::RealmSession& session, Client client, std::optional<std::int64_t> expectedVersion,
                                   Timestamp now) {
    db::Params params;
    params.text(client.id).text(client.name).text(client.scopes).boolean(client.disabled).timestamp(now);
    params.int8(expectedVersion.value_or(0)).textArray(client.redirectUris).optionalText(client.launchUri);
    addTold(params, client);
    std::vector<db::TenantStatement> statements;
    statements.push_back({lockSql, db::Params().text(client.id)});
    statements.push_back({endTokensOfOtherScopesSql, db::Params().text(client.id).text(client.scopes).int8(expectedVersion.value_or(0))});
    statements.push_back({updateSql, std::move(params)});
    statements.push_back({endTokensOfDisabledSql, db::Params().text(client.id)});
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    if (!results[2].empty()) co_return rowOf(results[2], 0);
    if (!expectedVersion) co_return std::nullopt;
    const bool there = co_await exists(session, client.id);
    if (there) throw changedMeanwhile();
    co_return std::nullopt;
}

Task<bool> remove(const tenancy::RealmSession& session, std::string_view id) {
    const auto result = co_await rowsOf(session).run({removeSql, db::Params().text(id)}, db::QueryClass::control);
    access::endCachedTokens();
    co_return result.affected() > 0;
}

Task<std::optional<NewClient>> rotateSecret(const tenancy::RealmSession& session, std::string_view id,
                                            std::optional<std::int64_t> expectedVersion, Timestamp now) {
    const std::string name(id);
    const std::string secret = makeSecret(), hash = sha256(secret);
    std::vector<db::TenantStatement> statements;
    statements.push_back({rotateSql, db::Params().text(name).bytea(hash).timestamp(now).int8(expectedVersion.value_or(0))});
    statements.push_back({endTokensOfSecretSql, db::Params().text(name).bytea(hash)});
    const auto results = co_await rowsOf(session).runAll(std::move(statements), db::QueryClass::control);
    access::endCachedTokens();
    if (!results[0].empty()) co_return NewClient{rowOf(results[0], 0), secret};
    if (!expectedVersion) co_return std::nullopt;
    const bool there = co_await exists(session, name);
    if (there) throw changedMeanwhile();
    co_return std::nullopt;
}

Task<std::optional<ClientSecret>> findSecret(const tenancy::RealmSession& session, std::string_view id) {
    const auto rows = co_await rowsOf(session).run({secretSql, db::Params().text(id)}, db::QueryClass::control);
    if (rows.empty()) co_return std::nullopt;
    co_return ClientSecret{rows.optionalText(0, 0).value_or(std::string()), rows.boolean(0, 1), std::string(rows.text(0, 2))};
}

}  // namespace polyclinic::oauth::client_store
