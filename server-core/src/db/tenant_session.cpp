#include "db/tenant_session.h"

#include <algorithm>
#include <functional>

namespace polyclinic::db {
namespace {

/// Holds for the transaction it runs in, implicit or not, and no longer.
Statement tenantSetting(std::int32_t tenant) {
    return {"SELECT set_config('app.tenant', $1, true)", Params().text(std::to_string(tenant))};
}

/// The same for what writes, which the tenant must be open for. What begins with SELECT reads, or locks at most. A statement
/// that asks for the state itself needs the lock alone, before it: what is read after it is what whoever closes the tenant
/// has to wait for, or has written already.
Statement entry(const TenantKey& key, bool writes, bool asksState = false) {
    if (!writes || key.open() == Open::any) return tenantSetting(key.number());
    if (!asksState) return {"SELECT enter_tenant($1, $2)", std::move(Params().int4(key.number()).int2(std::int16_t(key.open())))};
    constexpr std::int64_t locks = std::int64_t(4242) << 32;  // as enter_tenant
    return {"SELECT set_config('app.tenant', $1, true), pg_advisory_xact_lock_shared($2), set_config('synchronous_commit', 'off', true)",
            std::move(Params().text(std::to_string(key.number())).int8(locks + key.number()))};
}

bool writes(const std::vector<TenantStatement>& statements) {
    return std::any_of(statements.begin(), statements.end(),
                       [](const TenantStatement& statement) { return !statement.sql.starts_with("SELECT "); });
}

std::vector<Statement> bound(std::vector<TenantStatement> statements, std::int32_t tenant) {
    std::vector<Statement> bound;
    bound.reserve(statements.size() + 2);
    for (auto& statement : statements) bound.push_back({std::move(statement.sql), std::move(statement.params).withFirst(tenant)});
    return bound;
}

std::vector<TenantStatement> alone(TenantStatement statement) {
    std::vector<TenantStatement> statements;
    statements.push_back(std::move(statement));
    return statements;
}

}  // namespace

TenantSession TenantSession::of(std::string_view client) const {
    auto session = *this;
    session.client_ = std::hash<std::string_view>()(client);
    return session;
}

Task<std::vector<Result>> TenantSession::runAll(std::vector<TenantStatement> statements, QueryClass queryClass, Disconnect* disconnect) {
    auto first = entry(key_, writes(statements), statements.size() == 1 && statements.front().asksState);
    auto segment = bound(std::move(statements), key_.number());
    segment.insert(segment.begin(), std::move(first));
    auto results = co_await key_.database().run(std::move(segment), queryClass, disconnect, requester());
    results.erase(results.begin());
    co_return results;
}

Task<Result> TenantSession::run(TenantStatement statement, QueryClass queryClass, Disconnect* disconnect) {
    auto results = co_await runAll(alone(std::move(statement)), queryClass, disconnect);
    co_return std::move(results.front());
}

Task<TenantTransaction> TenantSession::begin(QueryClass queryClass) {
    std::vector<Statement> first;
    first.push_back(entry(key_, true));
    auto transaction = co_await key_.database().begin(std::move(first), queryClass, requester());
    co_return TenantTransaction(std::move(transaction), key_.number());
}

Task<std::vector<Result>> TenantTransaction::runAll(std::vector<TenantStatement> statements) {
    return transaction_.run(bound(std::move(statements), tenant_));
}

Task<Result> TenantTransaction::run(TenantStatement statement) {
    auto results = co_await runAll(alone(std::move(statement)));
    co_return std::move(results.front());
}

Task<std::vector<Result>> TenantTransaction::runAndCommit(std::vector<TenantStatement> statements) {
    return transaction_.runAndCommit(bound(std::move(statements), tenant_));
}

Task<Result> SystemSession::run(std::string_view sql, Params params, QueryClass queryClass) {
    std::vector<Statement> segment;
    segment.push_back({std::string(sql), std::move(params)});
    auto results = co_await directory_.run(std::move(segment), queryClass);
    co_return std::move(results.front());
}

}  // namespace polyclinic::db
