// One libpq connection in pipeline mode on one loop. Internal to db/.

#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "db/statement_cache.h"

struct pg_conn;
struct pg_result;

namespace polyclinic::db {

class Connection;

/// Statements that go out together and end with one Sync.
struct Segment {
    std::vector<Statement> statements;
    Requester requester;
    std::shared_ptr<Connection>* keeper = nullptr;  // gets the connection for itself, until release()
    bool closes = false;                            // an error makes the connection unfit for others
    std::vector<Result> results;
    std::exception_ptr error;                // the first one
    std::shared_ptr<Connection> connection;  // that carries it
    OneShot<std::vector<Result>> done;
};

struct ConnectionSettings {
    std::string conninfo;
    std::chrono::milliseconds statementTimeout{10'000};
    std::size_t preparedLimit = 1'000;
    std::size_t preparedBytes = 256 << 10;
};

/// All members on the loop's thread. The owner is told of changes by `changed`: ready, something finished, lost.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Clock = std::chrono::steady_clock;
    enum class State { connecting, ready, closed };

    Connection(Loop& loop, const ConnectionSettings& settings, std::function<void()> changed);
    ~Connection();

    /// Starts to connect; the end is told by changed().
    void open();
    /// Appends to the pipeline; the answer comes through segment->done. Fails at once when closed.
    void send(std::shared_ptr<Segment> segment);
    /// Ends a lease: rolls back first when `dirty`.
    void release(bool dirty);
    /// Asks PostgreSQL to stop what runs, from another thread; the connection counts as busy until that has ended.
    void cancel();
    /// Fails everything in flight with unavailable and closes.
    void close(std::string_view reason);
    /// Closes when connecting or an answer takes longer than the timeouts allow (a stopped server, a black hole).
    void closeIfStuck(Clock::time_point now);
    /// The owner goes away.
    void forgetOwner() { changed_ = nullptr; }

    State state() const { return state_; }
    bool everReady() const { return everReady_; }
    std::size_t inFlight() const { return segments_.size() + (cancelling_ ? 1 : 0); }
    bool leased() const { return leased_; }
    /// How many of this tenant's segments are on their way; a lease of it counts as one.
    std::size_t inFlightOf(std::int32_t tenant) const;
    Clock::time_point lastUsed() const { return lastProgress_; }
    const std::string& reason() const { return reason_; }

  private:
    enum class Step { prepare, giveUp, execute, sync };
    struct Expected {
        Step step;
        std::string name;  // of what is prepared
        bool ends;         // this Sync ends the segment at the front
    };
    struct Socket;
    struct SharedState;

    void poll();
    void waitForSocket(bool toWrite);
    void readSoon();
    void onReadable();
    void take(pg_result* result);
    bool write(const Segment& segment);
    bool execute(const Statement& statement, const std::string& name);
    bool sync(bool ends);
    void flush();
    void finish(std::shared_ptr<Segment> segment);
    void changedSoon();
    /// By a copy: what it does may make the owner forget this connection.
    void tellOwner() {
        if (const auto changed = changed_) changed();
    }

    Loop& loop_;
    const ConnectionSettings& settings_;
    std::function<void()> changed_;
    std::shared_ptr<SharedState> sharedState_;
    pg_conn* connection_ = nullptr;
    std::unique_ptr<Socket> socket_;
    State state_ = State::connecting;
    bool everReady_ = false, leased_ = false, cancelling_ = false, writing_ = false;
    std::int32_t leaseOf_ = 0;  // tenant
    std::string reason_;
    Clock::time_point lastProgress_ = Clock::now();
    StatementCache cache_;
    std::deque<std::shared_ptr<Segment>> segments_;
    std::deque<Expected> expected_;
};

}  // namespace polyclinic::db
