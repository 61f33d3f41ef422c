// Who did what. A write's event goes in the write's own transaction; reads of concurrent requests share one insert,
// which every answer waits for: what could not be noted is not told.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "audit/actor.h"
#include "audit/audited_reads.h"
#include "base/clock.h"
#include "base/loop.h"
#include "db/tenant_session.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::audit {

struct AuditEntry {
    char action = 'R';        // C R U D E (http://hl7.org/fhir/audit-event-action)
    std::string interaction;  // read, vread, search-type, create, transaction, ...
    std::int32_t type = 0;    // typeCode
    std::string resourceId;   // empty: none
    int outcome = 0;          // 0 success, 4 minor, 8 serious (http://hl7.org/fhir/audit-event-outcome)
    int count = 1;
    std::vector<std::string> about = {};  // ids of Patients whose records it was; each once
};

class AuditLog {
  public:
    explicit AuditLog(const Clock& clock);
    ~AuditLog();

    /// For a write's transaction.
    db::TenantStatement statement(const Actor& actor, const std::vector<AuditEntry>& entries) const;

    /// Resumes once the event is in the database (committed without waiting for the disk). Throws as the database
    /// does. On a loop. `queryClass`: control for sign-ins, which must not wait behind the reads.
    Task<void> note(const tenancy::TenantContext& tenant, Actor actor, AuditEntry entry, db::QueryClass queryClass = db::QueryClass::quick);
    Task<void> note(const db::TenantSession& session, Actor actor, AuditEntry entry, db::QueryClass queryClass = db::QueryClass::quick);

    /// Whom an event was about that was noted without it. Throws as the database does. On a loop.
    Task<void> name(db::TenantSession session, std::int64_t event, std::vector<std::string> patients) const;

    /// Reads by id, noted by the statement that reads.
    AuditedReads& reads() { return reads_; }

  private:
    struct Batch;
    Task<void> flush(std::shared_ptr<Batch> batch);
    db::TenantStatement insert(const db::TenantSql& sql, const std::vector<std::pair<Actor, AuditEntry>>& events) const;

    const Clock& clock_;
    AuditedReads reads_;
    std::mutex mutex_;
    std::map<std::pair<std::int32_t, db::QueryClass>, std::shared_ptr<Batch>> batches_;  // by tenant
};

}  // namespace polyclinic::audit
