// Where tenants' rows live: the shared database, and one database for each dedicated tenant.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "db/connection_budget.h"
#include "db/database.h"
#include "db/migrate.h"

namespace polyclinic::tenancy {

struct DatabaseAddresses {
    std::string tenant;    // conninfo of the app_tenant login
    std::string system;    // of the app_system login
    std::string migrator;  // of the migrator login
    std::string name;      // of the shared database
    db::Roles roles;
};

/// Owns the pools. Any thread.
class Placement {
  public:
    /// `tenantConnections`: that all dedicated databases have together.
    Placement(DatabaseAddresses addresses, std::span<Loop* const> loops, db::PoolSizes sizes, unsigned tenantConnections);

    db::Database& directory() { return directory_; }
    /// Pools of `name`, opened at the first call; empty: the shared database.
    db::Database& database(const std::string& name);
    /// Makes and migrates a dedicated database. Idempotent. Blocking: on a worker.
    void provision(const std::string& name);
    /// Ends its connections and drops it. Idempotent. Blocking.
    void drop(const std::string& name);
    /// Brings the shared database (both sets) to this program's version. Blocking. Throws as db::migrate.
    void migrateShared();
    void close();

    const DatabaseAddresses& addresses() const { return addresses_; }

  private:
    DatabaseAddresses addresses_;
    std::vector<Loop*> loops_;
    db::PoolSizes sizes_;
    db::ConnectionBudget connectionBudget_;
    db::Database directory_, shared_;
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<db::Database>> dedicated_;
};

}  // namespace polyclinic::tenancy
