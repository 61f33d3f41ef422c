// Jobs: what is asked for lives with the tenant's rows; a pointer to it waits in the directory's queue.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::store {

struct Job {
    std::string id;
    std::string kind;
    std::string status;  // queued running completed failed cancelled
    std::string wish;    // JSON
    std::string state;   // JSON: progress, result, error
    std::string requestedBy;
    Timestamp created, updated;

    bool hasEnded() const { return status != "queued" && status != "running"; }
};

/// A job that this process may run until the lease ends.
struct Claim {
    std::string id;
    std::int32_t tenantNumber = 0;
    std::string kind;
};

class JobStore {
  public:
    JobStore(db::Database& directory, const Clock& clock) : directory_(directory), clock_(clock) {}

    /// `body`: what was sent along; kept until the job has ended.
    Task<Job> add(const tenancy::TenantContext& tenant, std::string kind, std::string wish, std::string body,
                  std::string requestedBy);
    Task<std::optional<Job>> get(const db::TenantSession& session, std::string id);
    /// Newest first.
    Task<std::vector<Job>> list(const db::TenantSession& session, std::size_t most);
    Task<std::string> body(const db::TenantSession& session, std::string id);
    /// Also notes the end: an ended job leaves the queue and drops its body.
    Task<void> save(const db::TenantSession& session, const Job& job);
    /// False when the job has ended or there is none.
    Task<bool> cancel(const db::TenantSession& session, std::string id);

    /// The oldest job that waits or whose worker died; nothing when there is none. SKIP LOCKED, so that every job
    /// has one worker over all processes.
    Task<std::optional<Claim>> claim(std::chrono::seconds lease);
    /// Prolongs the lease; answers whether someone wants the job cancelled.
    Task<bool> renew(std::string id, std::chrono::seconds lease);
    /// Takes a pointer out of the queue whose job is gone.
    Task<void> forget(std::string id);

  private:
    db::Database& directory_;
    const Clock& clock_;
};

}  // namespace polyclinic::store
