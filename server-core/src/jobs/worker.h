// Runs jobs one after the other, a few at a time, on one loop. Every server process on a database has a worker; the
// queue gives each job to one of them, and once again to another when its worker dies.

#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/loop.h"
#include "jobs/job_store.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic::jobs {

/// What is said of a job whose server died twice while it ran.
inline constexpr std::string_view diedTooOften =
    "The server stopped unexpectedly twice while this ran, so it is not tried again. What was stored by then stays.";

/// A job under way, as its handler sees it.
class Run {
  public:
    Run(JobStore& store, tenancy::TenantContextPtr tenant, Job job) : store_(store), tenant_(std::move(tenant)), job_(std::move(job)) {}

    const tenancy::TenantContextPtr& tenant() const { return tenant_; }
    const Job& job() const { return job_; }
    JobStore& store() { return store_; }
    /// Whether the handler should come to an end soon: someone wants it, the tenant is served no more, the server stops
    /// or another worker has the job by now. Any thread; asks nobody.
    bool shouldStop() const { return stop_ != Stop::no; }
    /// Stores the state (JSON).
    Task<void> progress(std::string state);
    void setState(std::string state) { job_.state = std::move(state); }

  private:
    friend class Worker;
    enum class Stop { no, cancelled, tenantStopped, serverStops, leaseLost };
    void ask(Stop why) {
        auto no = Stop::no;
        stop_.compare_exchange_strong(no, why);
    }

    JobStore& store_;
    tenancy::TenantContextPtr tenant_;
    Job job_;
    std::atomic<Stop> stop_{Stop::no};
    bool over_ = false;
};

/// Ends normally: completed, or cancelled when it was asked to stop. Throws: failed; Failure::publicMessage() is kept.
using Handler = std::function<Task<void>(Run&)>;

class Worker {
  public:
    Worker(JobStore& store, tenancy::TenantDirectory& directory) : store_(store), directory_(directory) {}

    void handle(std::string kind, Handler handler) { handlers_[std::move(kind)] = std::move(handler); }
    /// Begins on the current loop; looks into the queue once a second and at every kick().
    void start();
    /// There is something new. Any thread.
    void kick();
    /// Takes no more jobs, and asks those under way to stop; they go back to the queue. Any thread.
    void stop();
    /// Any thread.
    bool isIdle() const { return running_ == 0; }

  private:
    Task<void> takeJobs();
    Task<void> endDead();
    Task<void> run(Claim claim);
    Task<void> carryOut(const Claim& claim, std::shared_ptr<Run> run);
    Task<void> keepLease(Claim claim, std::shared_ptr<Run> run);
    void noteRenewal(JobStore::Renewal renewal, Run& run);
    void arm();

    JobStore& store_;
    tenancy::TenantDirectory& directory_;
    std::map<std::string, Handler> handlers_;
    std::map<std::string, std::shared_ptr<Run>> runs_;  // by the job's id
    std::atomic<Loop*> loop_{nullptr};
    Loop::Timer timer_;
    std::atomic<int> running_{0};
    bool looking_ = false;
    std::atomic<bool> stopping_{false};
};

}  // namespace polyclinic::jobs
