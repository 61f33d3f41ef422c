// The only way to change a tenant's resources. Every method asks decide() first; the audit event is part of the
// write's own transaction. Where the scope reaches only some records, what is written and what it replaces must both be
// among those, others do not exist for the caller, and an update makes nothing new (it would tell which ids are taken).

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/access_scope.h"
#include "audit/audit_log.h"
#include "base/clock.h"
#include "base/fair_workers.h"
#include "base/json.h"
#include "base/task.h"
#include "fhir/search/query.h"
#include "records/stored_resource.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::records {

/// Bytes. To make more ready takes longer than the other requests of a loop should wait.
inline constexpr std::size_t largeForLoop = 64 * 1024;

/// One resource's part in a transaction. Its document is valid, bears no tenant mark and has its references
/// resolved; it is stamped in place.
struct Change {
    enum class Kind { create, put, remove };
    Kind kind = Kind::create;
    std::string type;
    std::string id;                               // create: one that nobody has
    json::Document* document = nullptr;           // not for remove
    std::optional<std::int64_t> ifMatch;          // put and remove: the version that must be there
    bool skipUnchanged = false;                   // put: write nothing where only meta would differ
    std::string place = {};                       // of the resource in what was sent, for faults; empty: it is all of it
    std::size_t bytes = 0;                        // of what was sent for it
    const FairWorkers::Share* workers = nullptr;  // where it is made ready when it is large; null: on the loop
};

struct Written {
    enum class Outcome { created, updated, unchanged, removed, absent };
    Outcome outcome = Outcome::created;
    StoredResource resource;  // json empty for removed and absent
};

/// Several changes that happen together or not at all. Destroyed without commit(), nothing happened.
class WriteTransaction {
  public:
    /// Ids of resources that match, at most two. Others that ask for the same criteria wait until this transaction
    /// ends, so that two conditional creates cannot both find nothing.
    /// It is a look, which commit() or noteLooks() notes.
    Task<std::vector<std::string>> match(const fhir::SearchQuery& query, std::string_view criteria);

    /// Ids that each query matches, at most two: one round trip for all, and nobody waits. For links, where a resource
    /// that another transaction is just making may be overlooked.
    Task<std::vector<std::vector<std::string>>> find(std::span<const fhir::SearchQuery> queries);

    /// Notes what match() and find() found, for a transaction that commits nothing. On a loop; throws as the database does.
    Task<void> noteLooks();

    /// Applies and commits. Results in the order of `changes`. Throws Failure(preconditionFailed) for If-Match,
    /// (conflict) when another request was faster: then all of it may be tried again.
    Task<std::vector<Written>> commit(std::span<Change> changes, std::string interaction);

  private:
    friend class ScopedWriter;
    WriteTransaction(db::TenantTransaction transaction, const class ScopedWriter& writer)
        : transaction_(std::move(transaction)), writer_(&writer) {}

    /// Adds what each query found, and whose that is.
    Task<void> addLooks(std::span<const fhir::SearchQuery> queries, const std::vector<std::vector<std::string>>& found);

    db::TenantTransaction transaction_;
    const ScopedWriter* writer_;
    std::vector<audit::AuditEntry> looks_;
};

class ScopedWriter {
  public:
    ScopedWriter(tenancy::TenantContextPtr tenant, access::AccessScope scope, audit::Actor actor, audit::AuditLog& audit,
                 const Clock& clock)
        : tenant_(std::move(tenant)), scope_(std::move(scope)), actor_(std::move(actor)), audit_(&audit), clock_(&clock) {}

    /// A new resource under an id that the server drew: one round trip.
    Task<Written> create(Change change);
    /// Creates or replaces, removes; tried again when another request was faster.
    Task<Written> apply(Change change, std::string interaction);
    /// For several, or for conditions. This writer outlives it.
    Task<WriteTransaction> begin();

    const tenancy::TenantContext& tenant() const { return *tenant_; }
    const access::AccessScope& scope() const { return scope_; }

  private:
    friend class WriteTransaction;
    tenancy::TenantContextPtr tenant_;
    access::AccessScope scope_;
    audit::Actor actor_;
    audit::AuditLog* audit_;
    const Clock* clock_;
};

}  // namespace polyclinic::records
