#include "db/connection_budget.h"

#include <algorithm>

#include "db/query_class_pool.h"

namespace polyclinic::db {

void LoopBudget::leave(QueryClassPool& pool) {
    pools_.erase(&pool);
    std::erase_if(waiting_, [&](const auto& each) { return each.second == &pool; });
}

bool LoopBudget::mayOpen(QueryClassPool& pool) {
    if (open_ < limit_) return true;
    if (!pool.hasWaiters()) return false;
    QueryClassPool* idlest = nullptr;
    auto since = Clock::time_point::max();
    for (QueryClassPool* each : pools_) {
        const auto idle = each->idleSince(pool.waitingSince());
        if (!idle || *idle >= since) continue;
        idlest = each;
        since = *idle;
    }
    if (!idlest) return remember(pool), false;
    idlest->closeIdlest();
    return true;
}

bool LoopBudget::othersFirst(const QueryClassPool& pool, Clock::time_point since) const {
    return !waiting_.empty() && waiting_.begin()->second != &pool && waiting_.begin()->first < since;
}

void LoopBudget::remember(QueryClassPool& pool) {
    std::erase_if(waiting_, [&](const auto& each) { return each.second == &pool; });
    waiting_.emplace(pool.waitingSince(), &pool);
}

void LoopBudget::settle() {
    if (settling_) return;
    const Raised settling(settling_);
    while (!waiting_.empty()) {
        QueryClassPool* const pool = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        if (!pool->hasWaiters()) continue;
        pool->pump();
        // Still without one: nothing is free now, for nobody.
        if (!waiting_.empty() && waiting_.begin()->second == pool) break;
    }
}

ConnectionBudget::ConnectionBudget(std::span<Loop* const> loops, unsigned most) {
    for (Loop* loop : loops) shares_.emplace(loop, std::make_unique<LoopBudget>(std::max(fewestPerLoop, most / unsigned(loops.size()))));
}

}  // namespace polyclinic::db
