// The connections of one query class on one loop, and who waits for them. Internal to db/.
//
// Tenants take turns (fair_queue.h), and each may have only so much on its way: what is sent to PostgreSQL cannot be
// overtaken any more. A tenant that is alone may fill pipelines, but never the last of the connections that one statement
// can hold for long. Where a database is one tenant's own there is nobody to be fair to.

#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <vector>

#include "db/connection.h"
#include "db/connection_budget.h"
#include "db/fair_queue.h"

namespace polyclinic::db {

/// Shared by all query classes of a Database; read from any thread.
struct LoadCounters {
    std::atomic<unsigned> open{0}, busy{0}, waiting{0};
};

/// All members on the loop's thread.
class QueryClassPool {
  public:
    /// `depth`: how many segments may be in flight on one connection; 1 makes it exclusive. `connectionBudget`: may be nullptr.
    QueryClassPool(Loop& loop, const ConnectionSettings& settings, const PoolSizes& sizes, unsigned limit, std::size_t depth,
                   LoadCounters& load, LoopBudget* connectionBudget);
    ~QueryClassPool();

    /// Sends it as soon as a connection is free. Throws Failure(unavailable) when too many wait already or the
    /// database has been away for longer than anyone may wait.
    void submit(const std::shared_ptr<Segment>& segment);
    /// Nobody wants the answer any more: takes it out of the queue, or stops it in PostgreSQL if it runs alone.
    void abandon(const std::shared_ptr<Segment>& segment);
    /// Fails what waits and what is in flight; nothing is accepted afterwards.
    void close();

    // For the share.
    bool hasWaiters() const { return !waiters_.empty(); }
    Connection::Clock::time_point waitingSince() const { return waiters_.oldest(); }
    /// When the connection that has been idle longest was last used; nothing: none is idle, or it is for somebody who has
    /// waited here since before `asked`.
    std::optional<Connection::Clock::time_point> idleSince(Connection::Clock::time_point asked) const;
    void closeIdlest();
    /// Sends what waits, as far as there are connections.
    void pump();

  private:
    using Clock = Connection::Clock;
    void dropClosed();
    /// False when others go first.
    bool sendWaiting();
    std::shared_ptr<Connection> freeConnection() const;
    bool mayGo(std::int32_t tenant, Clock::time_point now) const;
    /// Remembers who asks.
    void meet(std::int32_t tenant, Clock::time_point now);
    bool wantsMore() const;
    void openWanted();
    void open();
    std::shared_ptr<Connection> idlest() const;
    /// Those in this state, out of the list.
    template <class Is>
    std::size_t forget(Is is);
    /// Connections that stay open for the next who comes.
    std::size_t kept() const { return connectionBudget_ ? 0 : 1; }
    void sweep();
    void armSweep();
    void failWaiters(std::string_view reason, Clock::time_point olderThan);
    void count();

    Loop& loop_;
    const ConnectionSettings& settings_;
    const PoolSizes& sizes_;
    const unsigned limit_;
    const std::size_t depth_;
    LoadCounters& load_;
    LoopBudget* const connectionBudget_;
    bool joined_ = false;
    bool closed_ = false, pumping_ = false, sweeping_ = false, seldom_ = false;
    std::vector<std::shared_ptr<Connection>> connections_;
    FairQueue waiters_;
    std::vector<std::pair<std::int32_t, Clock::time_point>> met_;  // the last tenants that asked, and when
    unsigned failures_ = 0;                                        // to connect, in a row
    std::optional<Clock::time_point> downSince_;
    Clock::time_point connectAgainAt_{};
    Loop::Timer reconnectTimer_, sweepTimer_;
    unsigned countedOpen_ = 0, countedBusy_ = 0, countedWaiting_ = 0;
};

}  // namespace polyclinic::db
