// Reads by id that come together go to PostgreSQL together: one statement finds the records and notes every read, so
// that neither is there without the other.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "access/access_scope.h"
#include "audit/actor.h"
#include "base/clock.h"
#include "base/loop.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::audit {

class AuditedReads {
  public:
    explicit AuditedReads(const Clock& clock) : clock_(clock) {}

    /// So many bytes of a content's frame come with its row: all of most. Larger ones are read on by records/large_content.h.
    static constexpr std::size_t contentBytes = 64 << 10;

    /// One row of several reads' answer. Columns: version, updated, deleted, content, event, and the ids of the Patients that
    /// the event names (NULL: the record was written before they were kept; they are not named yet).
    struct Found {
        std::shared_ptr<const db::Result> rows;
        std::size_t row;
    };
    /// The newest version, or a row whose version is NULL when there never was such a resource. With `within` so too where
    /// the index says that it is not that patient's. A deleted one has no index rows any more and is always found: with
    /// `within` it comes with the content of the version before it, which tells whose it was. Resumes once the event is in
    /// the database (committed without waiting for the disk): a success where a version is found that is not deleted.
    /// Throws as the database does. On a loop.
    Task<Found> read(db::TenantSession session, Actor actor, std::int32_t type, std::string id,
                     std::optional<access::Compartment> within = {});

    struct Read {
        Actor actor;
        std::int32_t type;
        std::string id;
        std::optional<access::Compartment> within;
        std::int64_t event = 0;  // row id of its audit event
        std::shared_ptr<OneShot<Found>> done = {};
    };
    /// What `reads` come to, all with `within` or all without: a row for each, and its event's id in the fifth column.
    static db::TenantStatement statement(std::span<const Read> reads, Timestamp at, db::Open open);

  private:
    struct Batch {
        db::TenantSession session;
        std::vector<Read> waiting;
    };
    // Tenant, and whether its reads are narrowed. Each loop has its own, since a hop to another one costs more than a
    // fuller batch saves.
    using Key = std::tuple<Loop*, db::Database*, std::int32_t, bool>;
    Task<void> send(Key key, Batch& batch);

    const Clock& clock_;
    std::mutex mutex_;
    std::map<Key, Batch> batches_;  // of which a statement is under way, or about to be
};

}  // namespace polyclinic::audit
