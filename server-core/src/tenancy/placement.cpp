#include "tenancy/placement.h"

#include <vector>

namespace polyclinic::tenancy {
namespace {

/// The directory needs few connections, and a dedicated tenant fewer than the shared database.
db::PoolSizes smaller(db::PoolSizes sizes) {
    sizes.quickPerLoop = 1;
    sizes.heavyPerLoop = 2;
    sizes.writePerLoop = 1;
    return sizes;
}

}  // namespace

Placement::Placement(DatabaseAddresses addresses, std::span<Loop* const> loops, db::PoolSizes sizes, unsigned tenantConnections)
    : addresses_(std::move(addresses)),
      loops_(loops.begin(), loops.end()),
      sizes_(sizes),
      connectionBudget_(loops, tenantConnections),
      directory_(addresses_.system, loops, smaller(sizes)),
      shared_(addresses_.tenant, loops, sizes) {}

db::Database& Placement::database(const std::string& name) {
    if (name.empty()) return shared_;
    std::lock_guard lock(mutex_);
    auto& slot = dedicated_[name];
    if (!slot)
        slot = std::make_unique<db::Database>(db::withUser(addresses_.tenant, addresses_.roles.tenant(), name), loops_, smaller(sizes_),
                                              &connectionBudget_);
    return *slot;
}

void Placement::provision(const std::string& name) {
    db::createDatabase(addresses_.migrator, name, addresses_.roles);
    db::migrate(db::withUser(addresses_.migrator, addresses_.roles.migrator(), name), "tenant", addresses_.roles);
}

void Placement::drop(const std::string& name) {
    // Kept until the end: a request under way may still hold a reference; it fails with unavailable. Closed without the
    // lock, since that waits for the loops, and one of them may wait for the lock.
    db::Database* database = nullptr;
    {
        std::lock_guard lock(mutex_);
        if (const auto found = dedicated_.find(name); found != dedicated_.end()) database = found->second.get();
    }
    if (database) database->close();
    db::dropDatabase(addresses_.migrator, name);
}

void Placement::migrateShared() {
    db::migrate(addresses_.migrator, "directory", addresses_.roles);
    db::migrate(addresses_.migrator, "tenant", addresses_.roles);
}

void Placement::close() {
    std::vector<db::Database*> all;
    {
        std::lock_guard lock(mutex_);
        for (const auto& [name, database] : dedicated_) all.push_back(database.get());
    }
    for (db::Database* database : all) database->close();
    shared_.close();
    directory_.close();
}

}  // namespace polyclinic::tenancy
