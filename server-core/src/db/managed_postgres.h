// The private PostgreSQL cluster: made, started, watched and stopped by this program. Blocking: never on a loop.

#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "db/migrate.h"

namespace polyclinic::db {

struct ClusterSettings {
    std::filesystem::path dataDirectory;  // the cluster itself; made when it does not exist
    Roles roles;
    std::string database = "polyclinic";
    std::string account;  // who runs PostgreSQL when this process is root; empty: "postgres"
    int sharedBuffersMb = 128;
    int maxConnections = 100;
    bool durable = true;                            // false for tests only: fsync off
    std::chrono::milliseconds followEvery{60'000};  // how often the number of databases is looked at
    std::set<std::string> tenantLogins;             // of databases of single tenants; found and kept by ManagedPostgres
    bool endsWithUs = false;                        // shut down by the system when the thread that calls start() ends, however it ends
};

/// A socket-only cluster with checksums: listen_addresses='', peer authentication by a pg_ident map, socket in a
/// 0700 folder with a path below 107 bytes.
class ManagedPostgres {
  public:
    enum class State { stopped, starting, running, recovering, failed };

    explicit ManagedPostgres(ClusterSettings settings);
    ~ManagedPostgres();  // stops it fast

    /// Makes the cluster where the folder is empty or absent, starts it, makes the roles and the database.
    /// An orphan of a crashed program is adopted or stopped; a stale postmaster.pid is moved aside once it is proven
    /// to be nobody's (executable and start time); "lock file exists" is tried again for 15 s; a folder that is not
    /// empty is never initialised. Throws Failure whose said() names path and mending. `progress` gets short steps.
    void start(const std::function<void(std::string_view step)>& progress);
    /// Fast shutdown, then waits; 10 s at most, then immediate.
    void stop();

    State state() const;
    /// Called from the supervisor's thread at every change of state; after 5 failures in 2 minutes: failed, and it
    /// stays down until start() is called again.
    void onState(std::function<void(State, std::string_view reason)> listener);

    /// The login of a tenant's database (db/tenant_login.h), let in by peer authentication as the others are, but to the database
    /// of its name alone. PostgreSQL lets it in a moment after the call. Idempotent. Any thread, while it runs.
    void makeTenantLogin(const std::string& name);
    /// Idempotent. After its database.
    void removeTenantLogin(const std::string& name);

    /// libpq conninfo for `role`, in `database` or the main one.
    std::string conninfo(const std::string& role, const std::string& database = {}) const;
    std::filesystem::path socketDirectory() const;
    /// The last lines of PostgreSQL's own log; without statements or values.
    std::string logTail(std::size_t lines) const;
    int postmasterPid() const;  // 0 when not running

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace polyclinic::db
