#include "accounts/operator_store.h"

#include "access/token_cache_epoch.h"

namespace polyclinic::accounts::operator_store {
namespace {

constexpr std::string_view insertAccountSql =
    "INSERT INTO operator_account (id, username, username_key, password, disabled, created)"
    " VALUES ($1, $2, $3, $4, false, $5) ON CONFLICT (username_key) DO NOTHING";
constexpr std::string_view insertFirstSql =
    "INSERT INTO operator_account (id, username, username_key, password, disabled, created)"
    " SELECT $1, $2, $3, $4, false, $5 WHERE NOT EXISTS (SELECT 1 FROM operator_account)";
constexpr std::string_view insertGrantSql =
    "INSERT INTO operator_grant (id, operator, client, created, expires, revoked) SELECT $1, $2, $3, $4, $5, false"
    " WHERE $6 = '' OR EXISTS"
    " (SELECT 1 FROM operator_account WHERE id = $2 AND password = $6 AND NOT disabled FOR SHARE)";
// Of whom a grant speaks: a person, or the program that has no person.
constexpr std::string_view personWasHereSql =
    "UPDATE operator_account SET last_sign_in = $2 WHERE id = (SELECT operator FROM operator_grant WHERE id = $1)";
constexpr std::string_view programWasHereSql =
    "UPDATE operator_client SET last_token = $2 WHERE id = (SELECT client FROM operator_grant WHERE id = $1 AND operator IS NULL)";
constexpr std::string_view insertTokenSql =
    "WITH live AS (SELECT id FROM operator_grant WHERE id = $3 AND NOT revoked FOR SHARE)"
    " INSERT INTO operator_token (kind, hash, grant_id, expires, used, redirect_uri, code_challenge)"
    " SELECT $1, $2, id, $4, false, $5, $6 FROM live";
constexpr std::string_view takeSql =
    "UPDATE operator_token t SET used = true FROM operator_grant g LEFT JOIN operator_account a ON a.id = g.operator"
    " WHERE t.kind = $1 AND t.hash = $2 AND NOT t.used AND t.expires > $3 AND g.id = t.grant_id AND NOT g.revoked"
    " AND g.client = $4 AND g.expires > $3 AND (g.operator IS NULL OR NOT a.disabled)"
    " RETURNING g.id, g.operator, g.client, g.created, g.expires, t.redirect_uri, t.code_challenge";
constexpr std::string_view endReusedSql =
    "UPDATE operator_grant SET revoked = true WHERE id ="
    " (SELECT grant_id FROM operator_token WHERE kind = $1 AND hash = $2 AND used AND kind IN ('code', 'refresh'))";
constexpr std::string_view findBearerSql =
    "SELECT g.operator, coalesce(a.username, c.name), g.client, t.expires, g.created, g.id FROM operator_token t"
    " JOIN operator_grant g ON g.id = t.grant_id"
    " LEFT JOIN operator_account a ON a.id = g.operator"
    " LEFT JOIN operator_client c ON g.operator IS NULL AND c.id = g.client"
    " WHERE t.kind = 'access' AND t.hash = $1 AND t.expires > $2 AND NOT g.revoked"
    " AND (NOT a.disabled OR NOT c.disabled)";
constexpr std::string_view ownerSql =
    "SELECT g.id, g.client FROM operator_token t JOIN operator_grant g ON g.id = t.grant_id"
    " WHERE t.hash = $1 AND t.kind IN ('access', 'refresh')";

std::string_view toText(OperatorTokenKind kind) {
    switch (kind) {
        case OperatorTokenKind::ticket:
            return "ticket";
        case OperatorTokenKind::code:
            return "code";
        case OperatorTokenKind::access:
            return "access";
        case OperatorTokenKind::refresh:
            return "refresh";
    }
    return {};
}

db::Params paramsOf(const OperatorAccount& account, Timestamp now) {
    db::Params params;
    params.text(account.id).text(account.username).text(account.usernameKey).text(account.password).timestamp(now);
    return params;
}

db::Statement insertGrant(const OperatorGrant& grant) {
    db::Params params;
    params.text(grant.id).optionalText(grant.operatorId).text(grant.client);
    params.timestamp(grant.created).timestamp(grant.expires).text(grant.provenPassword);
    return {std::string(insertGrantSql), std::move(params)};
}

db::Statement wasHere(const OperatorGrant& grant) {
    db::Params params;
    params.text(grant.id).timestamp(grant.created);
    return {std::string(grant.operatorId ? personWasHereSql : programWasHereSql), std::move(params)};
}

db::Statement insertToken(const OperatorToken& token) {
    db::Params params;
    params.text(toText(token.kind)).bytea(token.hash).text(token.grantId).timestamp(token.expires);
    params.optionalText(token.redirectUri).optionalText(token.codeChallenge);
    return {std::string(insertTokenSql), std::move(params)};
}

}  // namespace

Task<bool> any(db::SystemSession session) {
    const auto rows = co_await session.run("SELECT 1 FROM operator_account LIMIT 1");
    co_return !rows.empty();
}

Task<bool> addFirst(db::SystemSession session, const OperatorAccount& account, const OperatorGrant& grant, const OperatorToken& ticket) {
    auto transaction = co_await session.begin();
    // The lock is a statement of its own: the insert must see what was committed while this one waited.
    std::vector<db::Statement> first;
    first.push_back({std::string(lockSql), {}});
    first.push_back({std::string(insertFirstSql), paramsOf(account, grant.created)});
    const auto results = co_await transaction.run(std::move(first));
    if (results[1].affected() == 0) co_return false;
    std::vector<db::Statement> rest;
    rest.push_back(insertGrant(grant));
    rest.push_back(wasHere(grant));
    rest.push_back(insertToken(ticket));
    co_await transaction.runAndCommit(std::move(rest));
    co_return true;
}

Task<bool> add(db::SystemSession session, const OperatorAccount& account, Timestamp now) {
    auto transaction = co_await session.begin();
    std::vector<db::Statement> statements;
    statements.push_back({std::string(lockSql), {}});
    statements.push_back({std::string(insertAccountSql), paramsOf(account, now)});
    const auto results = co_await transaction.runAndCommit(std::move(statements));
    co_return results[1].affected() == 1;
}

Task<std::optional<OperatorAccount>> find(db::SystemSession session, std::string_view usernameKey) {
    const auto rows =
        co_await session.run("SELECT id, username, username_key, password, disabled FROM operator_account WHERE username_key = $1",
                             db::Params().text(usernameKey));
    if (rows.empty()) co_return std::nullopt;
    OperatorAccount account;
    account.id = rows.text(0, 0);
    account.username = rows.text(0, 1);
    account.usernameKey = rows.text(0, 2);
    account.password = rows.text(0, 3);
    account.disabled = rows.boolean(0, 4);
    co_return account;
}

Task<void> addClient(db::SystemSession session, const OperatorClient& client, Timestamp now) {
    db::Params params;
    params.text(client.id).text(client.name).bytea(client.secretHash).timestamp(now);
    co_await session.run("INSERT INTO operator_client (id, name, secret, disabled, created) VALUES ($1, $2, $3, false, $4)",
                         std::move(params));
}

Task<std::optional<OperatorClient>> findClient(db::SystemSession session, std::string_view id) {
    const auto rows = co_await session.run("SELECT id, name, secret, disabled FROM operator_client WHERE id = $1", db::Params().text(id));
    if (rows.empty()) co_return std::nullopt;
    OperatorClient client;
    client.id = rows.text(0, 0);
    client.name = rows.text(0, 1);
    client.secretHash = rows.text(0, 2);
    client.disabled = rows.boolean(0, 3);
    co_return client;
}

Task<bool> removeClient(db::SystemSession session, std::string_view id) {
    // A token needs the row of its client (findBearerSql), so one that is being issued now is dead as well.
    const auto result = co_await session.run("DELETE FROM operator_client WHERE id = $1", db::Params().text(id));
    access::endCachedTokens();
    co_return result.affected() > 0;
}

Task<void> addGrant(db::SystemSession session, const OperatorGrant& grant, const std::vector<OperatorToken>& tokens) {
    auto transaction = co_await session.begin();
    std::vector<db::Statement> statements;
    statements.push_back(insertGrant(grant));
    statements.push_back(wasHere(grant));
    for (const auto& token : tokens) statements.push_back(insertToken(token));
    db::Params now;
    now.timestamp(grant.created);
    statements.push_back({"DELETE FROM operator_grant WHERE expires < $1", std::move(now)});
    co_await transaction.runAndCommit(std::move(statements));
}

Task<std::optional<TakenToken>> take(db::SystemSession session, OperatorTokenKind kind, std::string_view hash, std::string_view client,
                                     Timestamp now) {
    db::Params params;
    params.text(toText(kind)).bytea(hash).timestamp(now).text(client);
    const auto rows = co_await session.run(takeSql, std::move(params));
    if (rows.empty()) {
        co_await session.run(endReusedSql, db::Params().text(toText(kind)).bytea(hash));
        access::endCachedTokens();
        co_return std::nullopt;
    }
    TakenToken taken;
    taken.grant.id = rows.text(0, 0);
    taken.grant.operatorId = rows.optionalText(0, 1);
    taken.grant.client = rows.text(0, 2);
    taken.grant.created = rows.timestamp(0, 3);
    taken.grant.expires = rows.timestamp(0, 4);
    taken.redirectUri = rows.optionalText(0, 5);
    taken.codeChallenge = rows.optionalText(0, 6);
    co_return taken;
}

Task<bool> addTokens(db::SystemSession session, const std::vector<OperatorToken>& tokens) {
    auto transaction = co_await session.begin();
    std::vector<db::Statement> statements;
    for (const auto& token : tokens) statements.push_back(insertToken(token));
    const auto results = co_await transaction.runAndCommit(std::move(statements));
    for (const auto& result : results)
        if (result.affected() != 1) co_return false;
    co_return true;
}

Task<std::optional<OperatorBearer>> findBearer(db::SystemSession session, std::string_view hash, Timestamp now) {
    const auto rows = co_await session.run(findBearerSql, db::Params().bytea(hash).timestamp(now));
    if (rows.empty()) co_return std::nullopt;
    OperatorBearer bearer;
    bearer.operatorId = rows.optionalText(0, 0);
    bearer.name = rows.text(0, 1);
    bearer.client = rows.text(0, 2);
    bearer.expires = rows.timestamp(0, 3);
    bearer.signedIn = rows.timestamp(0, 4);
    bearer.grantId = rows.text(0, 5);
    co_return bearer;
}

Task<bool> revoke(db::SystemSession session, std::string_view hash, std::string_view client) {
    const auto rows = co_await session.run(ownerSql, db::Params().bytea(hash));
    if (rows.empty()) co_return true;
    if (rows.text(0, 1) != client) co_return false;
    co_await session.run("UPDATE operator_grant SET revoked = true WHERE id = $1", db::Params().text(rows.text(0, 0)));
    access::endCachedTokens();
    co_return true;
}

}  // namespace polyclinic::accounts::operator_store
