// Runs jobs one after the other, a few at a time, on one loop. Every server process on a database has a worker; the
// queue gives each job to one of them, and again to another when its worker dies.

#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/loop.h"
#include "store/job_store.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic::jobs {

/// A job under way, as its handler sees it.
class Run {
  public:
    Run(store::JobStore& store, tenancy::TenantContextPtr tenant, store::Job job)
        : store_(store), tenant_(std::move(tenant)), job_(std::move(job)) {}

    const tenancy::TenantContextPtr& tenant() const { return tenant_; }
    const store::Job& job() const { return job_; }
    store::JobStore& store() { return store_; }
    /// Stores the state (JSON) and prolongs the lease; answers whether the job should stop.
    Task<bool> progress(std::string state);
    /// Whether the last progress() said so.
    bool isCancelled() const { return cancelled_; }
    void setState(std::string state) { job_.state = std::move(state); }

  private:
    friend class Worker;
    store::JobStore& store_;
    tenancy::TenantContextPtr tenant_;
    store::Job job_;
    bool cancelled_ = false;
};

/// Ends normally: completed, or cancelled when it was asked to stop. Throws: failed; Failure::told() is kept.
using Handler = std::function<Task<void>(Run&)>;

class Worker {
  public:
    Worker(store::JobStore& store, tenancy::TenantDirectory& directory) : store_(store), directory_(directory) {}

    void handle(std::string kind, Handler handler) { handlers_[std::move(kind)] = std::move(handler); }
    /// Begins on the current loop; looks into the queue once a second and at every kick().
    void start();
    /// There is something new. Any thread.
    void kick();
    /// Takes no more jobs; those under way are left to their lease. Any thread.
    void stop() { stopping_ = true; }
    bool isIdle() const { return running_ == 0; }

  private:
    Task<void> look();
    Task<void> run(store::Claim claim);
    void arm();

    store::JobStore& store_;
    tenancy::TenantDirectory& directory_;
    std::map<std::string, Handler> handlers_;
    Loop* loop_ = nullptr;
    Loop::Timer timer_;
    int running_ = 0;
    bool looking_ = false;
    std::atomic<bool> stopping_{false};
};

}  // namespace polyclinic::jobs
