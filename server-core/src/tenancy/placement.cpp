#include "tenancy/placement.h"

#include <thread>
#include <vector>

#include "base/failure.h"
#include "base/log.h"
#include "db/managed_postgres.h"
#include "db/tenant_login.h"

namespace polyclinic::tenancy {
namespace {

using namespace std::chrono_literals;

constexpr auto letInAtMost = 30s;  // how long a busy PostgreSQL may take to read who is let in

std::string commandFor(const std::string& id) {
    return "polyclinicd database prepare --tenant " + id + " --admin-uri URI --write-passwords FILE";
}

Failure unprepared(std::string sentence) {
    return Failure::withIssues(FailureKind::unprocessable,
                               {{Issue::Severity::error, "business-rule", std::move(sentence), "Tenant.isolation"}});
}

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
    if (!slot) {
        const auto& login = withSharedLogin_.contains(name) ? addresses_.roles.tenant() : name;
        slot = std::make_unique<db::Database>(db::withUser(addresses_.tenant, login, name), loops_, smaller(sizes_), &connectionBudget_);
    }
    return *slot;
}

std::string Placement::databaseName(const std::string& id, std::int32_t number) const {
    // An administrator makes his before there is a number.
    return addresses_.cluster ? addresses_.name + "_t" + std::to_string(number) : db::tenantDatabaseName(addresses_.name, id);
}

void Placement::demandPrepared(const std::string& id) {
    if (!addresses_.cluster) demandReady(databaseName(id, 0), id);
}

void Placement::demandReady(const std::string& name, const std::string& id) {
    if (!db::mayOpen(addresses_.tenant, name, name))
        throw unprepared("a database of its own needs a login of its own, which an administrator of this PostgreSQL makes first, with: " +
                         commandFor(id));
    try {
        db::demandTenantLogin(asItsLogin(name), addresses_.roles);
    } catch (const Failure& failure) {
        log::warn("tenant {}: its database's login is not of use: {}", id, failure.what());
        // PostgreSQL answered a moment ago: it is the login that it does not let in.
        if (failure.kind() != FailureKind::unavailable) throw unprepared(failure.publicMessage());
        throw unprepared(
            "PostgreSQL does not let the login of the clinic's own database in: its password is not in this server's file of "
            "passwords (--password-file). Copy it there, or make a new one with: " +
            commandFor(id));
    }
}

bool Placement::staysShared(const std::string& name, const std::string& id) {
    {
        // This process has it open so.
        std::lock_guard lock(mutex_);
        if (withSharedLogin_.contains(name)) return true;
    }
    if (!db::mayOpen(addresses_.migrator, addresses_.roles.tenant(), name)) return false;
    std::string cause = "it is not there";
    try {
        if (db::mayOpen(addresses_.migrator, name, name)) return db::demandTenantLogin(asItsLogin(name), addresses_.roles), false;
    } catch (const Failure& failure) {
        cause = failure.what();
    }
    log::warn(
        "tenant {}: the login of all clinics opens its database, since its own cannot: {}. Make it with `{}`, then start the servers "
        "again",
        id, cause, commandFor(id));
    std::lock_guard lock(mutex_);
    withSharedLogin_.insert(name);
    return true;
}

void Placement::provision(const std::string& name, const std::string& id) {
    const auto migrator = db::withUser(addresses_.migrator, addresses_.roles.migrator(), name);
    if (addresses_.cluster) {
        addresses_.cluster->makeTenantLogin(name);
    } else if (staysShared(name, id)) {
        db::createDatabase(addresses_.migrator, name, addresses_.roles);
        db::migrate(migrator, "tenant", addresses_.roles);
        return;
    } else {
        demandReady(name, id);
    }
    db::createTenantDatabase(addresses_.migrator, name, addresses_.roles);
    db::migrate(migrator, "tenant", addresses_.roles);
    db::handOverTenantDatabase(migrator, name, addresses_.roles);
    if (!addresses_.cluster) return;
    for (const auto until = std::chrono::steady_clock::now() + letInAtMost;; std::this_thread::sleep_for(20ms)) {
        try {
            return db::demandTenantLogin(asItsLogin(name), addresses_.roles);
        } catch (const Failure& failure) {
            if (failure.kind() != FailureKind::unavailable || std::chrono::steady_clock::now() > until) throw;
        }
    }
}

std::size_t Placement::withSharedLogin() const {
    std::lock_guard lock(mutex_);
    return withSharedLogin_.size();
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
    {
        // The next clinic of the id may have a database of the name.
        std::lock_guard lock(mutex_);
        if (const auto found = dedicated_.find(name); found != dedicated_.end()) closed_.push_back(dedicated_.extract(found));
        withSharedLogin_.erase(name);
    }
    db::dropDatabase(addresses_.migrator, name);
    if (addresses_.cluster) addresses_.cluster->removeTenantLogin(name);
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
