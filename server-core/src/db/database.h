// One PostgreSQL database seen through one login: pools of pipelined connections, a set for every loop.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/failure.h"
#include "base/loop.h"
#include "base/task.h"
#include "db/values.h"

namespace polyclinic::db {

/// An error that PostgreSQL answered. kind(): unavailable for lost connections, shutdown, too many connections
/// (class 08, 57P0x, 53300); insufficientStorage for 53100; timedOut for 57014; conflict for 40001, 40P01, 23505
/// and 55P03; notFound for a tenant that is closed; else internal. publicMessage() is a plain sentence without SQL; logMessage() has state
/// and message.
class DatabaseFailure : public Failure {
  public:
    DatabaseFailure(FailureKind kind, std::string publicMessage, std::string logMessage, std::string sqlState, std::string constraint)
        : Failure(kind, std::move(publicMessage), std::move(logMessage)),
          sqlState_(std::move(sqlState)),
          constraint_(std::move(constraint)) {}
    /// Five characters; empty when the connection was lost.
    const std::string& sqlState() const { return sqlState_; }
    /// Name of the violated constraint, or empty.
    const std::string& constraint() const { return constraint_; }
    /// Serialization failure or deadlock: the transaction may be tried again.
    bool isRetryable() const { return sqlState_ == "40001" || sqlState_ == "40P01"; }
    /// The tenant is not open for this write, and nothing was written.
    bool isClosed() const { return sqlState_ == "PT001"; }

  private:
    std::string sqlState_, constraint_;
};

/// Which connections carry a statement, by what it may cost at most. Those that may take long never go before short ones
/// on one connection, and a commit, which waits for the disk, never goes before a read.
enum class QueryClass {
    quick,    // short reads: an index walk that its page or a number of rows ends. Several requests pipelined on one connection
    heavy,    // long searches and transactions: one connection a request
    control,  // sign-in, health, jobs' bookkeeping: never starved by the others
    write,    // short writes of one round trip, pipelined as the short reads are
};

/// Whose a statement is. Where several tenants ask, each has its turn, and within a tenant each client.
struct Requester {
    std::int32_t tenant = 0;  // 0: nobody's, such as the directory's
    std::uint64_t client = 0;
    friend bool operator==(const Requester&, const Requester&) = default;
};

struct Statement {
    std::string sql;  // keyed by its text; prepared on a connection that has seen it before
    Params params;
};

struct PoolSizes {
    unsigned quickPerLoop = 2;
    unsigned heavyPerLoop = 4;
    unsigned controlPerLoop = 1;
    unsigned writePerLoop = 2;
    std::size_t waiters = 1000;                   // more are refused at once: unavailable, Retry-After
    std::chrono::milliseconds waitAtMost{5'000};  // for a connection; then unavailable
    std::chrono::milliseconds statementTimeout{10'000};
    std::chrono::seconds closeIdleAfter{600};  // connections above one a query class; where they are shared, all
    std::size_t preparedLimit = 1'000;         // statements kept prepared a connection
    std::size_t preparedBytes = 256 << 10;     // of their text
    std::chrono::seconds neighbourFor{10};     // so long after its last request a tenant counts as one that asks
};

class ConnectionBudget;
class Database;

/// A transaction on a connection of its own. Without commit() it never happened: the destructor hands the
/// connection back, which rolls back before anyone else gets it. One loop.
class Transaction {
  public:
    Transaction(Transaction&&) noexcept;
    Transaction& operator=(Transaction&&) noexcept;
    ~Transaction();

    /// All statements in one round trip; a failure makes the transaction useless.
    Task<std::vector<Result>> run(std::vector<Statement> statements);
    /// Statements and COMMIT in one round trip. When the connection is lost between COMMIT and its answer:
    /// Failure(unavailable), the outcome is not known.
    Task<std::vector<Result>> runAndCommit(std::vector<Statement> statements);
    Task<void> commit();

  private:
    friend class Database;
    struct Impl;
    explicit Transaction(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Thread-safe in this sense: every loop uses its own connections. Connects lazily, reconnects by itself.
class Database {
  public:
    /// `conninfo`: libpq keywords or URI, no password in it (passfile). `loops` and `connectionBudget` outlive this. Without a
    /// `connectionBudget` the connections are this database's alone.
    Database(std::string conninfo, std::span<Loop* const> loops, PoolSizes sizes = {}, ConnectionBudget* connectionBudget = nullptr);
    /// Call after the loops have stopped, or after close().
    ~Database();

    /// The statements as one pipeline segment with one Sync: one round trip, one implicit transaction (all or
    /// nothing). Results in order. Throws DatabaseFailure of the first that failed. `disconnect`: when the peer goes,
    /// a statement that runs on the heavy query class is cancelled in PostgreSQL. Throws Failure(badRequest, code "too-costly")
    /// for more parameters than a statement can have.
    Task<std::vector<Result>> run(std::vector<Statement> statements, QueryClass queryClass = QueryClass::quick,
                                  Disconnect* disconnect = nullptr, Requester requester = {});

    /// BEGIN and `statements` in one round trip; their results are dropped.
    Task<Transaction> begin(std::vector<Statement> statements = {}, QueryClass queryClass = QueryClass::heavy, Requester requester = {});

    /// Closes all connections; what waits fails with unavailable. From any thread that runs no loop; blocks.
    void close();

    const std::string& conninfo() const { return conninfo_; }
    struct Load {
        unsigned open = 0, busy = 0, waiting = 0;
    };
    Load load() const;

  private:
    friend class Transaction;
    std::string conninfo_;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace polyclinic::db
