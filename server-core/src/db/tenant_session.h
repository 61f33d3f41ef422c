// The only way to a tenant's rows. A session binds the tenant's number twice: as $1 of every statement and as
// app.tenant, which the row security of every table reads.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "db/database.h"

namespace polyclinic::tenancy {
class TenantDirectory;
}

namespace polyclinic::db {

/// How far a tenant may be closed for its rows to be written all the same, as tenant_state has it. `any` does not ask: for
/// whoever opens, closes and removes it.
enum class Open : std::int16_t { active = 0, suspended = 1, trashed = 2, any = 3 };

/// Which tenant, in which database. Made by tenancy::TenantDirectory alone.
class TenantKey {
  public:
    std::int32_t number() const { return number_; }
    Database& database() const { return *database_; }
    Open open() const { return open_; }

  private:
    friend class tenancy::TenantDirectory;
    friend class TestTenantKey;  // tests/support
    TenantKey(std::int32_t number, Database& database, Open open = Open::any) : number_(number), database_(&database), open_(open) {}
    std::int32_t number_;
    Database* database_;
    Open open_;
};

namespace detail {
consteval bool mentions(std::string_view sql, std::string_view part) { return sql.find(part) != sql.npos; }
inline void statementMustBindTenant() {}  // not constexpr: reached in a consteval function it stops the build
consteval void demandTenant(std::string_view sql) {
    // Inserts name tenant_id first and take it from $1; everything else narrows by tenant_id = $1.
    const bool narrows = mentions(sql, "tenant_id = $1");
    const bool inserts = mentions(sql, "(tenant_id,") && (mentions(sql, "VALUES ($1") || mentions(sql, "SELECT $1"));
    if (!narrows && !inserts) statementMustBindTenant();
}
}  // namespace detail

/// SQL on tenant tables, checked when it is compiled. $1 is the tenant's number, bound by the session.
class TenantSql {
  public:
    template <std::size_t N>
    consteval TenantSql(const char (&sql)[N]) : text_(sql, N - 1) {
        detail::demandTenant(text_);
    }
    constexpr std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

/// SQL made by fhir/search's builder, which starts every alias with tenant_id = $1.
class BuiltTenantSql {
  public:
    const std::string& text() const { return text_; }

  private:
    friend class TenantSqlBuilder;
    explicit BuiltTenantSql(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

/// The builder's only start is a table narrowed to the tenant; see also from().
class TenantSqlBuilder {
  public:
    /// "FROM table alias WHERE alias.tenant_id = $1"; more aliases by join().
    TenantSqlBuilder(std::string_view select, std::string_view table, std::string_view alias);
    /// "JOIN table alias ON alias.tenant_id = $1 AND (condition)".
    TenantSqlBuilder& join(std::string_view table, std::string_view alias, std::string_view condition);
    /// "AND condition".
    TenantSqlBuilder& where(std::string_view condition);
    /// "[NOT] EXISTS (SELECT 1 FROM table alias WHERE alias.tenant_id = $1 AND condition)" as text for where().
    static std::string exists(std::string_view table, std::string_view alias, std::string_view condition, bool negated = false);
    /// ORDER BY, LIMIT: only words of the builder's caller, never of a request.
    TenantSqlBuilder& tail(std::string_view text);
    BuiltTenantSql build() &&;

  private:
    std::string head_, joins_, conditions_, tail_;
};

struct TenantStatement {
    TenantStatement(const TenantSql& sql, Params params) : sql(sql.text()), params(std::move(params)) {}
    TenantStatement(BuiltTenantSql built, Params params) : sql(built.text()), params(std::move(params)) {}
    std::string sql;
    Params params;  // from $2 on
    /// It asks itself whether the tenant is open (refuse_tenant), which takes less than a call before it, and its commit need
    /// not wait for the disk. Alone in its transaction.
    bool asksState = false;
};

/// A transaction that has app.tenant set for its whole length.
class TenantTransaction {
  public:
    TenantTransaction(Transaction transaction, std::int32_t tenant) : transaction_(std::move(transaction)), tenant_(tenant) {}
    Task<Result> run(TenantStatement statement);
    Task<std::vector<Result>> runAll(std::vector<TenantStatement> statements);
    Task<void> commit() { return transaction_.commit(); }
    Task<std::vector<Result>> runAndCommit(std::vector<TenantStatement> statements);

  private:
    Transaction transaction_;
    std::int32_t tenant_;
};

/// One request's or one job's reach into one tenant. Cheap to make; holds no connection between calls. Whatever writes
/// fails with a DatabaseFailure (notFound, isClosed()) and writes nothing once the tenant is closed further than the key
/// says: suspended, in the trash, removed.
class TenantSession {
  public:
    explicit TenantSession(TenantKey key) : key_(key) {}

    /// The same for one of the tenant's clients, which then has its turn among them.
    TenantSession of(std::string_view client) const;

    /// One round trip, one implicit transaction, which also holds the tenant's setting.
    Task<Result> run(TenantStatement statement, QueryClass queryClass = QueryClass::quick, Disconnect* disconnect = nullptr);
    Task<std::vector<Result>> runAll(std::vector<TenantStatement> statements, QueryClass queryClass = QueryClass::quick,
                                     Disconnect* disconnect = nullptr);
    Task<TenantTransaction> begin(QueryClass queryClass = QueryClass::heavy);

    const TenantKey& key() const { return key_; }

  private:
    Requester requester() const { return {key_.number(), client_}; }

    TenantKey key_;
    std::uint64_t client_ = 0;
};

/// The same for the directory database through the app_system login, which has no grant on tenant tables.
class SystemSession {
  public:
    explicit SystemSession(Database& directory) : directory_(directory) {}
    Task<Result> run(std::string_view sql, Params params = {}, QueryClass queryClass = QueryClass::control);
    Task<Transaction> begin() { return directory_.begin({}, QueryClass::control); }

  private:
    Database& directory_;
};

}  // namespace polyclinic::db
