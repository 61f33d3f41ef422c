// Where tenants' rows live: the shared database, and one database for each dedicated tenant.

#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "db/connection_budget.h"
#include "db/database.h"
#include "db/migrate.h"

namespace polyclinic::db {
class ManagedPostgres;
}

namespace polyclinic::tenancy {

struct DatabaseAddresses {
    std::string tenant;    // conninfo of the app_tenant login
    std::string system;    // of the app_system login
    std::string migrator;  // of the migrator login
    std::string name;      // of the shared database
    db::Roles roles;
    db::ManagedPostgres* cluster = nullptr;  // makes the logins of single tenants; null: an administrator does
};

/// Owns the pools. Any thread.
class Placement {
  public:
    /// `tenantConnections`: that all dedicated databases have together.
    Placement(DatabaseAddresses addresses, std::span<Loop* const> loops, db::PoolSizes sizes, unsigned tenantConnections);

    db::Database& directory() { return directory_; }
    /// Pools of `name`, opened at the first call; empty: the shared database. Through the tenant's own login.
    db::Database& database(const std::string& name);
    /// Name for the dedicated database of a new tenant.
    std::string databaseName(const std::string& id, std::int32_t number) const;
    /// Throws Failure(unprocessable) that names the command where an administrator has to make database and login of the new
    /// tenant `id` first and has not. Blocking.
    void demandPrepared(const std::string& id);
    /// Makes and migrates the dedicated database of the tenant `id`, and its login where that is this program's to do. One that the
    /// login of all clinics opens still, on a PostgreSQL of somebody else's, goes on that way with a warning until its own is
    /// there. Idempotent. Throws as demandPrepared. Blocking: on a worker.
    void provision(const std::string& name, const std::string& id);
    /// Ends its connections and drops it, with its login where that is this program's to do. Idempotent. Blocking.
    void drop(const std::string& name);
    /// Databases that the login of all clinics opens still.
    std::size_t withSharedLogin() const;
    /// Brings the shared database (both sets) to this program's version. Blocking. Throws as db::migrate.
    void migrateShared();
    void close();

    const DatabaseAddresses& addresses() const { return addresses_; }

  private:
    std::string asItsLogin(const std::string& name) const { return db::withUser(addresses_.tenant, name, name); }
    bool staysShared(const std::string& name, const std::string& id);
    void demandReady(const std::string& name, const std::string& id);

    DatabaseAddresses addresses_;
    std::vector<Loop*> loops_;
    db::PoolSizes sizes_;
    db::ConnectionBudget connectionBudget_;
    db::Database directory_, shared_;
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<db::Database>> dedicated_;
    std::vector<std::map<std::string, std::unique_ptr<db::Database>>::node_type> closed_;  // of databases that were dropped
    std::set<std::string> withSharedLogin_;
};

}  // namespace polyclinic::tenancy
