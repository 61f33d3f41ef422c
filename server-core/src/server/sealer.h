// Seals the audit logs of all tenants and of the operators, one after the other, on one loop; remembers the end of every
// chain; and once a night reads all of them again.

#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <map>

#include "audit/audit_heads.h"
#include "base/clock.h"
#include "base/loop.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic {

class Sealer {
  public:
    /// `keep`: writes AuditHeads::text() where the database does not reach; on a worker.
    Sealer(tenancy::TenantDirectory& directory, db::Database& operators, WorkerPool& workers, audit::AuditHeads& heads,
           std::function<void(std::string)> keep, const Clock& clock)
        : directory_(directory), operators_(operators), workers_(workers), heads_(heads), keep_(std::move(keep)), clock_(clock) {}
    /// On the loop that is to do it.
    void start();
    /// No further round begins. Any thread.
    void stop() { stopping_ = true; }

  private:
    void arm();
    Task<void> round();
    Task<void> seal(tenancy::TenantContextPtr tenant);
    Task<void> sealOperators();
    /// Reads every chain again. What does not fit goes to the log and to the health of the server.
    Task<void> night();
    Task<void> keepHeads();

    tenancy::TenantDirectory& directory_;
    db::Database& operators_;
    WorkerPool& workers_;
    audit::AuditHeads& heads_;
    std::function<void(std::string)> keep_;
    const Clock& clock_;
    std::int64_t nightOf_ = -1;  // day whose night was looked at
    Loop::Timer timer_;
    bool running_ = false;
    unsigned rounds_ = 0;
    std::map<std::int32_t, std::chrono::steady_clock::time_point> due_;  // by the tenant's number
    std::atomic<bool> stopping_{false};
};

}  // namespace polyclinic
