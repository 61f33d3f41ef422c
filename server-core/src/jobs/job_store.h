// Jobs: one row in the directory says that there is one, whose it is, how it stands and who works on it. What was asked
// for, progress and result live with the tenant's rows.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"
#include "tenancy/tenant_directory.h"

namespace polyclinic::jobs {

struct Job {
    std::string id;
    std::int32_t tenantNumber = 0;
    std::string tenant;  // its id
    std::string kind;
    std::string status;  // queued running completed failed cancelled
    std::string requestedBy;
    Timestamp created, updated;
    std::string parameters;    // JSON; set by add() and load()
    std::string state = "{}";  // JSON: progress, result, error; likewise

    bool hasEnded() const { return status != "queued" && status != "running"; }
};

/// A job that this process may run until the lease ends. `attempt` tells this claim from an earlier or later one.
struct Claim {
    std::string id;
    std::int32_t tenantNumber = 0;
    std::string kind;
    int attempt = 0;
};

/// A job whose process died twice while it held the lease is not given to a third.
inline constexpr int mostAttempts = 2;

class JobStore {
  public:
    JobStore(db::Database& directory, const Clock& clock) : directory_(directory), clock_(clock) {}

    /// `body`: what was sent along; kept until the job has ended.
    Task<Job> add(const tenancy::TenantContext& tenant, std::string kind, std::string parameters, std::string body,
                  std::string requestedBy);

    // What the directory says. Jobs of tenants in the trash are not shown.
    Task<std::optional<Job>> find(std::string id);
    struct Page {
        std::vector<Job> jobs;  // newest first
        std::int64_t total = 0;
    };
    /// `tenant`: an id; empty: of all.
    Task<Page> list(std::string tenant, std::size_t most);
    /// One that waits ends here: "cancelled"; one that runs is asked to stop: "running". Empty when the job has ended
    /// or there is none.
    Task<std::string> cancel(std::string id);

    // What the tenant's rows say.
    /// Sets wish and state; those of another tenant are left alone, and so is one that has no row there.
    Task<void> load(const tenancy::TenantContext& tenant, std::vector<Job>& jobs);
    Task<std::string> body(const tenancy::TenantContext& tenant, std::string id);
    Task<void> saveState(const tenancy::TenantContext& tenant, std::string id, std::string state);

    // For workers.
    /// The oldest job of a served tenant that waits or whose worker died; nothing when there is none. The attempt is
    /// counted before the answer. SKIP LOCKED, so that every job has one worker over all processes.
    Task<std::optional<Claim>> claim(std::chrono::seconds lease);
    /// Ends those whose last attempt died as failed; answers them for their tenants' rows to be ended too.
    Task<std::vector<Claim>> endDead();
    enum class Renewal { held, lost, cancelled, tenantStopped };
    /// Prolongs the lease, unless another worker has the job by now.
    Task<Renewal> renew(const Claim& claim, std::chrono::seconds lease);
    /// The job as the tenant's rows have it, its status too. Nothing when there is none.
    Task<std::optional<Job>> claimed(const tenancy::TenantContext& tenant, const Claim& claim);
    /// Notes the end in the tenant's rows, which drop the body, and then in the directory.
    Task<void> end(const tenancy::TenantContext& tenant, const Claim& claim, std::string status, std::string state);
    /// The same in the directory alone.
    Task<void> endInDirectory(const Claim& claim, std::string status);
    /// Gives it back: it waits again, and this attempt does not count.
    Task<void> release(const Claim& claim);

    /// Lists the jobs that were made before the directory had a row for each, once for every tenant. At start.
    Task<void> listFormer(tenancy::TenantDirectory& tenants);

  private:
    Task<void> listFormer(const tenancy::TenantContext& tenant);

    db::Database& directory_;
    const Clock& clock_;
};

}  // namespace polyclinic::jobs
