#include "server/connections.h"

#include <algorithm>
#include <thread>

#include "db/connection_budget.h"

namespace polyclinic {

unsigned loopsOf(const Settings& settings) {
    return settings.threads ? settings.threads : std::max(2u, std::thread::hardware_concurrency());
}

db::PoolSizes poolSizesOf(const Settings& settings) {
    db::PoolSizes pools;
    pools.quickPerLoop = settings.quickConnections;
    pools.heavyPerLoop = settings.heavyConnections;
    pools.writePerLoop = settings.quickConnections;
    // Tokens and sign-ins wait for the disk: commits of several connections share one write of it.
    pools.controlPerLoop = std::max(1u, 8u / loopsOf(settings));
    pools.waiters = settings.connectionQueue;
    pools.waitAtMost = std::chrono::milliseconds(settings.connectionWaitMs);
    pools.statementTimeout = std::chrono::milliseconds(settings.statementTimeoutMs);
    return pools;
}

int connectionsOf(const Settings& settings) {
    constexpr unsigned over = 20;
    const auto pools = poolSizesOf(settings);
    const unsigned shared = pools.quickPerLoop + pools.writePerLoop + pools.heavyPerLoop + pools.controlPerLoop;
    const unsigned directory = 1 + 2 + pools.controlPerLoop;  // as tenancy/placement makes it; it has no short writes
    const unsigned directoryAndShared = loopsOf(settings) * (shared + directory);
    const unsigned ofTenants = std::max(settings.tenantConnections, loopsOf(settings) * db::ConnectionBudget::fewestPerLoop);
    return int(directoryAndShared + ofTenants + over);
}

}  // namespace polyclinic
