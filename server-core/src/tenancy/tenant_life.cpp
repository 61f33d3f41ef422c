// The states of a tenant as its own database knows them, and its end.

#include "base/failure.h"
#include "base/log.h"
#include "tenancy/tenant_directory.h"
#include "tenancy/tenant_rows.h"
#include "tenancy/tenant_tables.h"

namespace polyclinic::tenancy {
namespace {

using namespace std::chrono_literals;

constexpr auto drainAtMost = 60s, restAfterFault = 30s;

std::int16_t closedOf(TenantState state) {
    switch (state) {
        case TenantState::active:
            return 0;
        case TenantState::suspended:
            return 1;
        case TenantState::trashed:
            return 2;
        default:
            return 3;
    }
}

}  // namespace

Task<void> TenantDirectory::writeState(const TenantRecord& record) {
    static constexpr db::TenantSql write(
        "INSERT INTO tenant_state (tenant_id, closed) VALUES ($1, $2) ON CONFLICT (tenant_id) DO UPDATE SET closed = excluded.closed");
    auto session = anySession(record);
    db::Params closed;
    closed.int2(closedOf(record.state));
    co_await session.run({write, std::move(closed)});
}

Task<TenantRecord> TenantDirectory::open(TenantRecord record) {
    record.state = record.tenant.suspended ? TenantState::suspended : TenantState::active;
    std::vector<db::Statement> none, lock, end;
    auto transaction = co_await placement_.directory().begin(std::move(none), db::QueryClass::heavy);
    lock.push_back({"SELECT number FROM tenant WHERE number = $1 AND state IN ('provisioning', $2) FOR UPDATE",
                    std::move(db::Params().int4(record.number).text(toText(record.state)))});
    const auto mine = co_await transaction.run(std::move(lock));
    if (mine.front().empty()) throw Failure(FailureKind::conflict, "The tenant was changed by someone else. Read it again.");
    co_await writeState(record);
    end.push_back({"UPDATE tenant SET state = $2, told = $2, database = nullif($3, '') WHERE number = $1",
                   std::move(db::Params().int4(record.number).text(toText(record.state)).text(record.database))});
    co_await transaction.runAndCommit(std::move(end));
    forget(record.tenant.id);
    co_return record;
}

/// Under the lock of the directory's row, so that of two who tell the later state is told last, and nobody speaks of a
/// tenant whose last row is being removed.
Task<void> TenantDirectory::tell(std::int32_t number) {
    std::vector<db::Statement> none, wanted;
    auto transaction = co_await placement_.directory().begin(std::move(none), db::QueryClass::heavy);
    wanted.push_back({selectTenants("WHERE number = $1 AND state <> 'purged' FOR UPDATE"), std::move(db::Params().int4(number))});
    const auto rows = co_await transaction.run(std::move(wanted));
    if (rows.front().empty()) co_return;
    const auto record = tenantAt(rows.front(), 0);
    co_await writeState(record);
    std::vector<db::Statement> done;
    done.push_back({"UPDATE tenant SET told = state WHERE number = $1", std::move(db::Params().int4(number))});
    co_await transaction.runAndCommit(std::move(done));
}

Task<void> TenantDirectory::tellOrLeave(const TenantRecord& record) {
    try {
        co_await tell(record.number);
    } catch (const std::exception& error) {
        log::warn("tenant {}: its database could not be told that it is {}: {}", record.tenant.id, toText(record.state), error.what());
    }
}

Task<void> TenantDirectory::removeRows(const TenantRecord& record) {
    // Tried, not waited for: those who come to write would queue behind who waits, on connections that others share.
    static constexpr db::TenantSql drained(
        "SELECT pg_try_advisory_xact_lock((4242::bigint << 32) + tenant_id) FROM (SELECT $1::int AS tenant_id) AS t WHERE tenant_id = $1");
    auto session = anySession(record);
    // From here on nothing new is written; what is being written comes to its end first.
    co_await tell(record.number);
    for (const auto until = std::chrono::steady_clock::now() + drainAtMost;;) {
        const auto rows = co_await session.run({drained, db::Params()}, db::QueryClass::heavy);
        if (rows.boolean(0, 0)) break;
        if (std::chrono::steady_clock::now() > until)
            throw Failure(FailureKind::unavailable, "The clinic is still being written to. It is removed as soon as that has ended.");
        co_await sleepFor(20ms);
    }
    const auto statements = removeTenantRows();
    for (std::size_t i = 0; i + 1 < statements.size(); ++i) {
        for (;;) {
            const auto removed = co_await session.run({statements[i], db::Params()}, db::QueryClass::heavy);
            if (removed.affected() == 0) break;
        }
    }
}

Task<void> TenantDirectory::removeAll(const TenantRecord& record) {
    std::exception_ptr fault;
    try {
        const bool dedicated = record.tenant.isolation == Isolation::dedicated;
        if (!dedicated) co_await removeRows(record);
        std::vector<db::Statement> none, lock, end;
        auto transaction = co_await placement_.directory().begin(std::move(none), db::QueryClass::heavy);
        lock.push_back(
            {"SELECT number FROM tenant WHERE number = $1 AND state <> 'purged' FOR UPDATE", std::move(db::Params().int4(record.number))});
        const auto mine = co_await transaction.run(std::move(lock));
        // Once it is purged the id is free, and a database of that name may be the next clinic's.
        if (!mine.front().empty()) {
            if (dedicated) {
                auto drop = [this, name = record.database] {
                    if (!name.empty()) placement_.drop(name);
                };
                co_await workers_.run(std::move(drop));
            } else {
                auto session = anySession(record);
                co_await session.run({removeTenantRows().back(), db::Params()});
            }
            end.push_back({"DELETE FROM job_queue WHERE tenant = $1", std::move(db::Params().int4(record.number))});
            end.push_back({"UPDATE tenant SET state = 'purged', body = '{\"resourceType\":\"Tenant\",\"name\":\"-\"}' WHERE number = $1",
                           std::move(db::Params().int4(record.number))});
            co_await transaction.runAndCommit(std::move(end));
        }
    } catch (...) {
        fault = std::current_exception();
    }
    forget(record.tenant.id);
    if (fault) std::rethrow_exception(fault);
}

TenantDirectory::Purging::Purging(TenantDirectory& directory, std::int32_t number) : directory_(directory), number_(number) {
    std::unique_lock lock(directory_.mutex_);
    mine_ = directory_.purging_.insert(number).second;
}

TenantDirectory::Purging::~Purging() {
    if (!mine_) return;
    std::unique_lock lock(directory_.mutex_);
    directory_.purging_.erase(number_);
}

Task<void> TenantDirectory::purge(std::string_view id) {
    const auto record = co_await get(id);
    if (!record || record->state == TenantState::provisioning) throw Failure(FailureKind::notFound, "There is no such tenant.");
    const Purging mine(*this, record->number);
    if (!mine) throw Failure(FailureKind::conflict, "The clinic is being removed already.");
    db::SystemSession session(placement_.directory());
    co_await session.run("UPDATE tenant SET state = 'purging' WHERE number = $1 AND state <> 'purged'",
                         std::move(db::Params().int4(record->number)));
    forget(id);
    co_await removeAll(*record);
}

Task<void> TenantDirectory::settle() {
    db::SystemSession session(placement_.directory());
    const auto sql = selectTenants(
        "WHERE state <> 'purged' AND state <> 'provisioning' AND "
        "(told IS DISTINCT FROM state OR state = 'purging') ORDER BY number");
    const auto rows = co_await session.run(sql);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto record = tenantAt(rows, i);
        const auto failed = unsettled_.find(record.number);
        if (failed != unsettled_.end() && std::chrono::steady_clock::now() < failed->second) continue;
        try {
            if (record.state == TenantState::purging) {
                const Purging mine(*this, record.number);
                if (mine) co_await removeAll(record);
            } else {
                // One that was out of reach when the server started is at the version of before.
                if (!record.database.empty()) {
                    auto update = [this, name = record.database, id = record.tenant.id] { placement_.provision(name, id); };
                    co_await workers_.run(std::move(update));
                }
                co_await tell(record.number);
            }
            unsettled_.erase(record.number);
        } catch (const std::exception& error) {
            const bool isNew = unsettled_.insert_or_assign(record.number, std::chrono::steady_clock::now() + restAfterFault).second;
            if (isNew)
                log::warn("tenant {}: its database could not be brought to the state {}: {}", record.tenant.id, toText(record.state),
                          error.what());
        }
    }
}

}  // namespace polyclinic::tenancy
