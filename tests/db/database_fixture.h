// What every test of db/ needs: a cluster, loops that run, databases seen through the runtime logins, two tenants.

#pragma once

#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "db/tenant_session.h"
#include "temp_cluster.h"

namespace polyclinic::test {

/// Loops with a thread each; stopped and joined at the end.
class RunningLoops {
  public:
    explicit RunningLoops(unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            loops_.push_back(std::make_unique<Loop>());
            pointers_.push_back(loops_.back().get());
            threads_.emplace_back([loop = loops_.back().get()] { loop->run(); });
        }
    }
    ~RunningLoops() {
        for (auto& loop : loops_) loop->stop();
        for (auto& thread : threads_) thread.join();
    }
    std::span<Loop* const> all() const { return pointers_; }
    Loop& operator[](std::size_t i) { return *loops_[i]; }

  private:
    std::vector<std::unique_ptr<Loop>> loops_;
    std::vector<Loop*> pointers_;
    std::vector<std::thread> threads_;
};

/// Closes the database before its loops end.
class OpenDatabase {
  public:
    OpenDatabase(std::string conninfo, RunningLoops& loops, db::PoolSizes sizes = {})
        : database_(std::move(conninfo), loops.all(), sizes) {}
    ~OpenDatabase() { database_.close(); }
    db::Database& operator*() { return database_; }
    db::Database* operator->() { return &database_; }
    db::TenantSession session(int tenant, db::Open open = db::Open::any) {
        return db::TenantSession(db::TestTenantKey::make(tenant, database_, open));
    }
    /// Lives as long as this.
    const tenancy::TenantContext& tenant(int number) {
        auto& context = tenants_[number];
        if (!context) context = tenancy::TestTenantContext::make(db::TestTenantKey::make(number, database_, db::Open::any));
        return *context;
    }
    tenancy::RealmSession realm(int number, std::string_view name) { return {tenant(number), name}; }

  private:
    std::map<int, tenancy::TenantContextPtr> tenants_;
    db::Database database_;
};

constexpr int clinicA = 101, clinicB = 102;

/// Waits for all, at most `limit` at once on the loop where it is awaited; rethrows the first error.
template <class Make>
Task<void> together(int count, Make make) {
    auto left = std::make_shared<int>(count);
    auto error = std::make_shared<std::exception_ptr>();
    auto done = std::make_shared<OneShot<bool>>();
    for (int i = 0; i < count; ++i)
        spawn([](Make make, int i, std::shared_ptr<int> left, std::shared_ptr<std::exception_ptr> error,
                 std::shared_ptr<OneShot<bool>> done) -> Task<void> {
            try {
                co_await make(i);
            } catch (...) {
                if (!*error) *error = std::current_exception();
            }
            if (--*left == 0) done->set(true);
        }(make, i, left, error, done));
    co_await *done;
    if (*error) std::rethrow_exception(*error);
}

template <class T>
std::vector<T> listOf(T item) {
    std::vector<T> list;
    list.push_back(std::move(item));
    return list;
}

inline Task<db::Result> one(db::Database& database, std::string sql, db::Params params = {},
                            db::QueryClass queryClass = db::QueryClass::quick) {
    std::vector<db::Statement> statements;
    statements.push_back({std::move(sql), std::move(params)});
    auto results = co_await database.run(std::move(statements), queryClass);
    co_return std::move(results.front());
}

/// Blocking, on the first loop.
inline db::Result oneNow(RunningLoops& loops, db::Database& database, std::string sql, db::Params params = {},
                         db::QueryClass queryClass = db::QueryClass::quick) {
    return runBlocking(loops[0], one(database, std::move(sql), std::move(params), queryClass));
}

constexpr db::TenantSql insertResource(
    "INSERT INTO resource (tenant_id, type, id, rid, id_hash, version, updated, pack, deleted, content)"
    " VALUES ($1, 1, $2, $3, 0, 1, now(), 1, false, $4)");
constexpr db::TenantSql readResource("SELECT content FROM resource WHERE tenant_id = $1 AND type = 1 AND id = $2");
constexpr db::TenantSql countResources("SELECT count(*) FROM resource WHERE tenant_id = $1");

inline db::TenantStatement insertion(const std::string& id, std::int64_t rid, const std::string& content) {
    return {insertResource, db::Params().text(id).int8(rid).bytea(content)};
}

}  // namespace polyclinic::test
