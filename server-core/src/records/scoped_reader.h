// The only way to read a tenant's resources. Made for one request with what its caller may do; every method asks
// decide() first, reads, and notes the deed in the audit log. Where the scope reaches only some records of a type, the
// SQL finds no others, and what it found is judged once more by its content; others do not exist for the caller.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/access_scope.h"
#include "audit/audit_log.h"
#include "base/cancel.h"
#include "base/fair_workers.h"
#include "base/task.h"
#include "records/search/search.h"
#include "records/stored_resource.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::records {

class ScopedReader {
  public:
    ScopedReader(tenancy::TenantContextPtr tenant, access::AccessScope scope, audit::Actor actor, audit::AuditLog& audit)
        : tenant_(std::move(tenant)), scope_(std::move(scope)), actor_(std::move(actor)), audit_(&audit) {}

    /// The newest version. Throws Failure(notFound), (gone) when it is deleted, (forbidden).
    Task<StoredResource> read(std::string type, std::string id);
    /// That version, which may be one that says "deleted" (Failure(gone)). Throws as read().
    Task<StoredResource> vread(std::string type, std::string id, std::int64_t version);
    /// Newest first; deletions included. Throws Failure(notFound) when there never was such a resource.
    Task<std::vector<StoredResource>> history(std::string type, std::string id, std::size_t most);
    /// One page. Throws Failure(forbidden) before any look.
    Task<SearchPage> search(const fhir::SearchQuery& query, Disconnect* disconnect);
    /// How many there are of each type, for an operator's overview.
    Task<std::vector<std::pair<std::int32_t, std::int64_t>>> counts();

    /// Notes what was refused to this caller. Never throws: a refusal stands whether it could be noted or not.
    Task<void> noteDenied(const access::AccessDenied& refusal);

    /// Where large records are read through to judge whose they are, which takes too long for a loop.
    void workOn(FairWorkers& workers) { workers_ = &workers; }

    const tenancy::TenantContext& tenant() const { return *tenant_; }
    const access::AccessScope& scope() const { return scope_; }

  private:
    /// The version of this row, with its content kept as its answer has room; `asked`: bytes of it that the row has at most.
    /// `rows`: version, updated, deleted, content; where only some records of the type are in reach, a deletion has the
    /// content of the version before it.
    StoredResource versionOf(const db::Result& rows, std::size_t row, std::int32_t type, std::string id, std::size_t asked,
                             AnswerRoom& room) const;
    /// Whether it is in reach, by its content; nothing where that is large: then judgeLarge() says. A deletion has its
    /// content no more.
    std::optional<bool> judge(StoredResource& resource) const;
    Task<bool> judgeLarge(const StoredResource& resource) const;
    /// The one or the other.
    Task<bool> inReach(StoredResource& resource) const;
    Task<void> note(std::string interaction, std::string_view type, std::string id, int outcome, int count,
                    std::vector<std::string> about = {});
    /// Ids of the Patients that they are of, each once.
    Task<std::vector<std::string>> whose(std::span<const StoredResource> resources) const;

    tenancy::TenantContextPtr tenant_;
    access::AccessScope scope_;
    audit::Actor actor_;
    audit::AuditLog* audit_;
    AnswerRoom room_;
    FairWorkers* workers_ = nullptr;
};

}  // namespace polyclinic::records
