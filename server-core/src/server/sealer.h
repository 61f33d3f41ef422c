// Seals the audit logs of all tenants, one after the other, on one loop.

#pragma once

#include <atomic>
#include <chrono>
#include <map>

#include "base/clock.h"
#include "base/loop.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic {

class Sealer {
  public:
    Sealer(tenancy::TenantDirectory& directory, const Clock& clock) : directory_(directory), clock_(clock) {}
    /// On the loop that is to do it.
    void start();
    /// No further round begins. Any thread.
    void stop() { stopping_ = true; }

  private:
    void arm();
    Task<void> round();

    tenancy::TenantDirectory& directory_;
    const Clock& clock_;
    Loop::Timer timer_;
    bool running_ = false;
    unsigned rounds_ = 0;
    std::map<std::int32_t, std::chrono::steady_clock::time_point> due_;  // by the tenant's number
    std::atomic<bool> stopping_{false};
};

}  // namespace polyclinic
