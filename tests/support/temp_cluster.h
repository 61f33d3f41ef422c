// A PostgreSQL of a test's own, ready in about 0.3 s: a copy of a template that is made once, with both sets of
// migrations, started without fsync and removed at the end. Works as root (through the account postgres) and not.

#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "db/managed_postgres.h"
#include "db/migrate.h"
#include "db/tenant_session.h"
#include "tenancy/rows_of.h"

namespace polyclinic::test {

class TempCluster {
  public:
    /// Throws Failure when PostgreSQL is not installed or does not start.
    TempCluster();
    ~TempCluster();
    TempCluster(const TempCluster&) = delete;

    /// Conninfo of a role in the main database, or in `database`.
    std::string conninfo(const std::string& role, const std::string& database = {}) const;
    std::string asTenant() const { return conninfo(roles().tenant()); }
    std::string asSystem() const { return conninfo(roles().system()); }
    std::string asMigrator() const { return conninfo(roles().migrator()); }
    std::string asBackup() const { return conninfo(roles().backup()); }
    /// The superuser.
    std::string asBootstrap() const { return conninfo(roles().prefix + "bootstrap"); }

    const db::Roles& roles() const { return settings_.roles; }
    const db::ClusterSettings& settings() const { return settings_; }
    db::ManagedPostgres& server() { return *server_; }

    /// An empty folder on the same fast disk, removed with this, that PostgreSQL's account may pass.
    std::filesystem::path scratch() const { return home_; }

  private:
    std::filesystem::path home_;
    db::ClusterSettings settings_;
    std::unique_ptr<db::ManagedPostgres> server_;
};

/// A folder for one test on a fast disk, passable for PostgreSQL's account; those of dead tests are swept first.
std::filesystem::path makeTestFolder();

}  // namespace polyclinic::test

namespace polyclinic::db {

/// Keys without a directory, for tests of what lies below it.
class TestTenantKey {
  public:
    static TenantKey make(int number, Database& database, Open open = Open::any) { return TenantKey(number, database, open); }
};

}  // namespace polyclinic::db

namespace polyclinic::tenancy {

/// Contexts likewise.
class TestTenantContext {
  public:
    static TenantContextPtr make(db::TenantKey key) {
        TenantRecord record;
        record.tenant.id = "clinic-" + std::to_string(key.number());
        record.number = key.number();
        record.base = "http://127.0.0.1";
        return TenantContextPtr(new TenantContext(std::move(record), key));
    }
};

}  // namespace polyclinic::tenancy
