// Reads by id that come together go to PostgreSQL together: one statement finds the records and notes every read, so
// that neither is there without the other.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic {
class Loop;
}

namespace polyclinic::store {

struct Actor;

class NotedReads {
  public:
    explicit NotedReads(const Clock& clock);
    ~NotedReads();

    /// One row of several reads' answer. Columns: version, updated, deleted, content.
    struct Found {
        std::shared_ptr<const db::Result> rows;
        std::size_t row;
    };
    /// The newest version, or a row whose version is NULL when there never was such a resource. Resumes once the event
    /// is in the database (committed without waiting for the disk). Throws as the database does. On a loop.
    Task<Found> read(db::TenantSession session, Actor actor, std::int32_t type, std::string id);

  private:
    struct Read;
    struct Batch;
    Task<void> send(std::shared_ptr<Batch> batch);
    db::TenantStatement statementOf(const std::vector<Read>& reads) const;

    const Clock& clock_;
    std::mutex mutex_;
    // By tenant; each loop has its own, since a hop to another one costs more than a fuller batch saves.
    std::map<std::tuple<Loop*, db::Database*, std::int32_t>, std::shared_ptr<Batch>> batches_;
};

}  // namespace polyclinic::store
