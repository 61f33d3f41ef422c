// Which tenants there are, and the only maker of a TenantContext.

#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"
#include "tenancy/placement.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::tenancy {

/// Answer to "who is this id": a context only where requests may be served.
struct Lookup {
    enum class Kind { here, suspended, trashed, provisioning, unknown };
    Kind kind = Kind::unknown;
    TenantContextPtr context;  // set for here and suspended
};

/// Loops only, unless said. Verdicts are remembered for one second at most; this process's own changes act at once.
class TenantDirectory {
  public:
    TenantDirectory(Placement& placement, WorkerPool& workers, const Clock& clock);

    /// Public address for tenants made from now on, without a closing slash. Before the first put(); any thread.
    void setBase(std::string base) {
        std::unique_lock lock(mutex_);
        base_ = std::move(base);
    }

    /// Any text may be asked for; what is no tenant id is unknown without a look.
    Task<Lookup> find(std::string_view id);

    /// No version of a tenant: as `expectedVersion` it demands that there is none yet.
    static constexpr std::int64_t isNew = 0;
    /// Creates (first of the pair true) or changes. `expectedVersion`: If-Match, checked where the tenant exists.
    /// Throws Failure(preconditionFailed); (conflict) for a trashed id; (unprocessable) for a changed isolation.
    Task<std::pair<bool, TenantRecord>> put(const Tenant& tenant, std::optional<std::int64_t> expectedVersion);
    /// For background work: null when it is neither active nor suspended.
    Task<TenantContextPtr> byNumber(std::int32_t number);
    /// The same, and where it is in the trash: for noting that a job has ended.
    Task<TenantContextPtr> byNumberOrTrashed(std::int32_t number);
    /// Nothing when there is none or it is purged.
    Task<std::optional<TenantRecord>> get(std::string_view id);
    /// In the order of names, from after `afterName`/`afterId`, at most `count`.
    struct Page {
        std::vector<TenantRecord> tenants;
        std::int64_t total = 0;
        bool more = false;
    };
    Task<Page> list(std::string_view nameContains, bool trashed, std::size_t offset, std::size_t count);
    /// Gives it another public address: issuers change, so what was connected must be connected anew.
    Task<void> moveTo(std::string_view id, std::string base);
    // Whoever suspends, trashes or purges has, when the call answers, closed the tenant to every transaction that writes
    // and has not begun by then, in every process; transactions under way come to their end before a purge removes rows.
    /// To the trash: nothing of it answers until restore(). Throws Failure(notFound).
    Task<TenantRecord> trash(std::string_view id);
    Task<TenantRecord> restore(std::string_view id);
    /// Removes every row; the number is never used again. From the trash or straight. What hinders it is told, and it is
    /// finished later all the same.
    Task<void> purge(std::string_view id);

    /// Finishes what a crash left in the middle (provisioning, purging) and brings dedicated databases up to date.
    /// One that is down is left alone: its tenant answers 503. At start.
    Task<void> resume();
    /// Tells tenants' databases of states that they could not be told of before, and goes on with purges that were
    /// hindered. Every few seconds, one call at a time.
    Task<void> settle();

    /// Those that somebody asked for within `window`. Any thread.
    std::vector<TenantContextPtr> recentlyUsed(std::chrono::seconds window);
    /// All that requests may be served for, for background work.
    Task<std::vector<TenantContextPtr>> all();

  private:
    struct Remembered {
        Lookup lookup;
        Timestamp until;
    };

    /// Held by who purges, so that nobody else of this process does.
    class Purging {
      public:
        Purging(TenantDirectory& directory, std::int32_t number);
        ~Purging();
        Purging(const Purging&) = delete;
        explicit operator bool() const { return mine_; }

      private:
        TenantDirectory& directory_;
        std::int32_t number_;
        bool mine_ = false;
    };

    Task<TenantRecord> provision(TenantRecord record);
    /// The end of provision(): the tenant's own database and the directory say at once that it is there.
    Task<TenantRecord> open(TenantRecord record);
    Task<void> writeState(const TenantRecord& record);
    /// Writes the state to the tenant's own database, where every transaction that writes looks at it.
    Task<void> tell(std::int32_t number);
    /// The same, where the directory's word is enough for now: what goes wrong is left to settle().
    Task<void> tellOrLeave(const TenantRecord& record);
    Task<void> removeAll(const TenantRecord& record);
    Task<void> removeRows(const TenantRecord& record);
    Task<TenantRecord> changeState(std::string_view id, TenantState from1, TenantState from2, TenantState to);
    TenantContextPtr contextOf(TenantRecord record);
    Task<TenantContextPtr> context(std::string_view condition, std::int32_t number);
    db::TenantSession anySession(const TenantRecord& record);
    void forget(std::string_view id);

    Placement& placement_;
    WorkerPool& workers_;
    const Clock& clock_;
    std::string base_;
    std::shared_mutex mutex_;
    std::unordered_map<std::string, Remembered> remembered_;
    std::set<std::int32_t> purging_;                                           // by this process, now
    std::map<std::int32_t, std::chrono::steady_clock::time_point> unsettled_;  // settle() failed; when it tries again
};

}  // namespace polyclinic::tenancy
