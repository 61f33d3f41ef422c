#include "db/connection_share.h"

#include <algorithm>

#include "db/lane_pool.h"

namespace polyclinic::db {

void LoopShare::leave(QueryClassPool& pool) {
    pools_.erase(&pool);
    std::erase_if(hungry_, [&](const auto& each) { return each.second == &pool; });
}

bool LoopShare::mayOpen(QueryClassPool& pool) {
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

bool LoopShare::othersFirst(const QueryClassPool& pool, Clock::time_point since) const {
    return !hungry_.empty() && hungry_.begin()->second != &pool && hungry_.begin()->first < since;
}

void LoopShare::remember(QueryClassPool& pool) {
    std::erase_if(hungry_, [&](const auto& each) { return each.second == &pool; });
    hungry_.emplace(pool.waitingSince(), &pool);
}

void LoopShare::settle() {
    if (settling_) return;
    const Raised settling(settling_);
    while (!hungry_.empty()) {
        QueryClassPool* const pool = hungry_.begin()->second;
        hungry_.erase(hungry_.begin());
        if (!pool->hasWaiters()) continue;
        pool->pump();
        // Still without one: nothing is free now, for nobody.
        if (!hungry_.empty() && hungry_.begin()->second == pool) break;
    }
}

ConnectionShare::ConnectionShare(std::span<Loop* const> loops, unsigned most) {
    for (Loop* loop : loops) shares_.emplace(loop, std::make_unique<LoopShare>(std::max(fewestPerLoop, most / unsigned(loops.size()))));
}

}  // namespace polyclinic::db
