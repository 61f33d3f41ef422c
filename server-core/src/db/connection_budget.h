// Connections that many databases share, on each loop so many: clinics with a database of their own are more than
// PostgreSQL has connections for.

#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/loop.h"

namespace polyclinic::db {

class QueryClassPool;

/// True while it lives, whichever way it ends.
class Raised {
  public:
    explicit Raised(bool& flag) : flag_(flag) { flag_ = true; }
    ~Raised() { flag_ = false; }
    Raised(const Raised&) = delete;

  private:
    bool& flag_;
};

/// One loop's part; all members on its thread.
class LoopBudget {
  public:
    using Clock = std::chrono::steady_clock;
    explicit LoopBudget(unsigned limit) : limit_(limit) {}

    void join(QueryClassPool& pool) { pools_.insert(&pool); }
    void leave(QueryClassPool& pool);

    /// Whether one more may be opened. Where all are open, a pool with somebody waiting gets the place of the one that
    /// has been idle longest, or it is remembered and told when one comes free.
    bool mayOpen(QueryClassPool& pool);
    /// Whether somebody elsewhere has waited longer than `since` and gets nothing: those go first.
    bool othersFirst(const QueryClassPool& pool, Clock::time_point since) const;
    void remember(QueryClassPool& pool);
    void opened() { ++open_; }
    void closed(std::size_t count) { open_ -= count; }
    /// Something may have come free: those who wait go on, the longest first.
    void settle();

  private:
    const std::size_t limit_;
    std::size_t open_ = 0;
    bool settling_ = false;
    std::set<QueryClassPool*> pools_;
    std::set<std::pair<Clock::time_point, QueryClassPool*>> waiting_;
};

/// Outlives the databases that share it.
class ConnectionBudget {
  public:
    /// One works while another is made.
    static constexpr unsigned fewestPerLoop = 2;

    /// `most`: on all loops together; each has the fewest at least.
    ConnectionBudget(std::span<Loop* const> loops, unsigned most);
    LoopBudget& of(Loop& loop) { return *shares_.at(&loop); }

  private:
    std::map<Loop*, std::unique_ptr<LoopBudget>> shares_;
};

}  // namespace polyclinic::db
