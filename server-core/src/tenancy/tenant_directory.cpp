#include "tenancy/tenant_directory.h"

#include "base/failure.h"
#include "base/log.h"
#include "tenancy/tenant_rows.h"

namespace polyclinic::tenancy {
namespace {

using namespace std::chrono_literals;

constexpr auto rememberFor = 1s;  // how late a change may be seen by another process
constexpr std::size_t rememberAtMost = 20'000;

constexpr std::string_view columns = "number, id, state, version, created, updated, trashed, isolation, database, base, body";

TenantRecord recordAt(const db::Result& result, std::size_t row) {
    TenantRecord record;
    const auto body = nlohmann::json::parse(result.text(row, 10));
    record.tenant = tenantFromJson(body, result.text(row, 1));
    record.number = result.int4(row, 0);
    record.state = tenantStateOf(result.text(row, 2));
    record.tenant.suspended = record.state == TenantState::suspended;
    record.version = result.int8(row, 3);
    record.created = result.timestamp(row, 4);
    record.updated = result.timestamp(row, 5);
    record.trashed = result.optionalTimestamp(row, 6);
    record.tenant.isolation = result.text(row, 7) == "dedicated" ? Isolation::dedicated : Isolation::shared;
    record.database = result.optionalText(row, 8).value_or("");
    record.base = result.text(row, 9);
    return record;
}

std::string select(std::string_view rest) { return "SELECT " + std::string(columns) + " FROM tenant " + std::string(rest); }

std::string returning(std::string_view statement) { return std::string(statement) + " RETURNING " + std::string(columns); }

Failure unknownTenant() { return Failure(FailureKind::notFound, "There is no such tenant."); }

}  // namespace

std::string selectTenants(std::string_view rest) { return select(rest); }
TenantRecord tenantAt(const db::Result& result, std::size_t row) { return recordAt(result, row); }

TenantDirectory::TenantDirectory(Placement& placement, WorkerPool& workers, const Clock& clock)
    : placement_(placement), workers_(workers), clock_(clock) {}

TenantContextPtr TenantDirectory::contextOf(TenantRecord record) {
    auto open = db::Open::active;
    if (record.state == TenantState::suspended) open = db::Open::suspended;
    if (record.state == TenantState::trashed) open = db::Open::trashed;
    const db::TenantKey key(record.number, placement_.database(record.database), open);
    return TenantContextPtr(new TenantContext(std::move(record), key));
}

db::TenantSession TenantDirectory::anySession(const TenantRecord& record) {
    return db::TenantSession(db::TenantKey(record.number, placement_.database(record.database)));
}

void TenantDirectory::forget(std::string_view id) {
    std::unique_lock lock(mutex_);
    remembered_.erase(std::string(id));
}

Task<Lookup> TenantDirectory::find(std::string_view idView) {
    if (!isTenantId(idView)) co_return Lookup{};
    const std::string id(idView);
    const auto now = clock_.now();
    {
        std::shared_lock lock(mutex_);
        const auto found = remembered_.find(id);
        if (found != remembered_.end() && now < found->second.until) co_return found->second.lookup;
    }
    db::SystemSession session(placement_.directory());
    const auto result =
        co_await session.run(select("WHERE id = $1 AND state <> 'purged'"), std::move(db::Params().text(id)), db::QueryClass::quick);
    Lookup lookup;
    if (!result.empty()) {
        auto record = recordAt(result, 0);
        switch (record.state) {
            case TenantState::active:
                lookup.kind = Lookup::Kind::here;
                break;
            case TenantState::suspended:
                lookup.kind = Lookup::Kind::suspended;
                break;
            case TenantState::provisioning:
                lookup.kind = Lookup::Kind::provisioning;
                break;
            default:
                lookup.kind = Lookup::Kind::trashed;
                break;
        }
        if (lookup.kind == Lookup::Kind::here || lookup.kind == Lookup::Kind::suspended) lookup.context = contextOf(std::move(record));
    }
    std::unique_lock lock(mutex_);
    if (remembered_.size() >= rememberAtMost) remembered_.clear();
    remembered_[id] = {lookup, now + rememberFor};
    co_return lookup;
}

Task<std::optional<TenantRecord>> TenantDirectory::get(std::string_view id) {
    db::SystemSession session(placement_.directory());
    const auto result = co_await session.run(select("WHERE id = $1 AND state <> 'purged'"), std::move(db::Params().text(id)));
    if (result.empty()) co_return std::nullopt;
    co_return recordAt(result, 0);
}

Task<std::pair<bool, TenantRecord>> TenantDirectory::put(const Tenant& tenant, std::optional<std::int64_t> expected) {
    db::SystemSession session(placement_.directory());
    const auto now = clock_.now();
    const auto body = toJson(tenant).dump();
    const std::string isolation = tenant.isolation == Isolation::dedicated ? "dedicated" : "shared";
    std::string base;
    {
        std::shared_lock lock(mutex_);
        base = base_;
    }

    const auto existing = co_await get(tenant.id);
    if (!existing) {
        if (expected && *expected != isNew)
            throw Failure(FailureKind::preconditionFailed, "The tenant does not exist, so it has no version to match.");
        if (tenant.isolation == Isolation::dedicated) {
            auto check = [this, id = tenant.id] { placement_.demandPrepared(id); };
            co_await workers_.run(std::move(check));
        }
        const auto inserted =
            co_await session.run(returning("INSERT INTO tenant (id, state, version, updated, created, isolation, base, body) "
                                           "VALUES ($1, 'provisioning', 1, $2, $2, $3, $4, $5) "
                                           "ON CONFLICT (id) WHERE state <> 'purged' DO NOTHING"),
                                 std::move(db::Params().text(tenant.id).timestamp(now).text(isolation).text(base).text(body)));
        if (inserted.empty()) throw Failure(FailureKind::conflict, "The tenant is being created by another request.");
        auto record = co_await provision(recordAt(inserted, 0));
        co_return std::pair{true, std::move(record)};
    }

    if (existing->state == TenantState::trashed || existing->state == TenantState::purging)
        throw Failure(FailureKind::conflict, "A tenant of this id is in the trash. Restore it, remove it for ever, or take another id.");
    if (expected && *expected != existing->version)
        throw Failure(FailureKind::preconditionFailed, "The tenant was changed by someone else. Read it again.");
    if (existing->tenant.isolation != tenant.isolation)
        throw Failure::withIssues(
            FailureKind::unprocessable,
            {{Issue::Severity::error, "business-rule", "a tenant's isolation cannot be changed once it exists", "Tenant.isolation"}});
    if (existing->state == TenantState::provisioning) {
        // A PUT that was cut off: do again what it began.
        auto record = co_await provision(*existing);
        co_return std::pair{true, std::move(record)};
    }
    const auto state = toText(tenant.suspended ? TenantState::suspended : TenantState::active);
    const auto updated = co_await session.run(
        returning("UPDATE tenant SET state = $2, version = version + 1, updated = greatest($3, updated + interval '1 ms'), "
                  "body = $4 WHERE id = $1 AND version = $5 AND state IN ('active', 'suspended')"),
        std::move(db::Params().text(tenant.id).text(state).timestamp(now).text(body).int8(existing->version)));
    if (updated.empty()) throw Failure(FailureKind::conflict, "The tenant was changed by someone else. Read it again.");
    forget(tenant.id);
    auto record = recordAt(updated, 0);
    co_await tellOrLeave(record);
    co_return std::pair{false, std::move(record)};
}

Task<TenantRecord> TenantDirectory::provision(TenantRecord record) {
    if (record.tenant.isolation == Isolation::dedicated) {
        record.database = placement_.databaseName(record.tenant.id, record.number);
        auto make = [this, name = record.database, id = record.tenant.id] { placement_.provision(name, id); };
        co_await workers_.run(std::move(make));
    }
    co_return co_await open(std::move(record));
}

Task<TenantDirectory::Page> TenantDirectory::list(std::string_view nameContains, bool trashed, std::size_t offset, std::size_t count) {
    db::SystemSession session(placement_.directory());
    const std::string filter = std::string("WHERE ") +
                               (trashed ? "state = 'trashed'" : "state IN ('active', 'suspended', 'provisioning')") +
                               " AND position(lower($1) in lower(body::json->>'name')) > 0 ";
    const auto rows =
        co_await session.run(select(filter + "ORDER BY lower(body::json->>'name'), id OFFSET $2 LIMIT $3"),
                             std::move(db::Params().text(nameContains).int8(std::int64_t(offset)).int8(std::int64_t(count) + 1)));
    const auto total = co_await session.run("SELECT count(*) FROM tenant " + filter, std::move(db::Params().text(nameContains)));
    Page page;
    page.total = total.int8(0, 0);
    page.more = rows.rows() > count;
    for (std::size_t i = 0; i < std::min(rows.rows(), count); ++i) page.tenants.push_back(recordAt(rows, i));
    co_return page;
}

Task<TenantRecord> TenantDirectory::changeState(std::string_view id, TenantState from1, TenantState from2, TenantState to) {
    db::SystemSession session(placement_.directory());
    std::optional<Timestamp> trashed;
    if (to == TenantState::trashed) trashed = clock_.now();
    const auto result = co_await session.run(
        // What was suspended when it went into the trash is suspended when it comes back.
        returning("UPDATE tenant SET state = CASE WHEN $4 = 'active' AND body::json->>'status' = 'suspended' THEN 'suspended' "
                  "ELSE $4 END, version = version + 1, updated = greatest($5, updated + interval '1 ms'), trashed = $6 WHERE id = $1 AND "
                  "state IN ($2, $3)"),
        std::move(db::Params()
                      .text(id)
                      .text(toText(from1))
                      .text(toText(from2))
                      .text(toText(to))
                      .timestamp(clock_.now())
                      .optionalTimestamp(trashed)));
    forget(id);
    if (result.empty()) throw unknownTenant();
    auto record = recordAt(result, 0);
    co_await tellOrLeave(record);
    co_return record;
}

Task<void> TenantDirectory::moveTo(std::string_view id, std::string base) {
    db::SystemSession session(placement_.directory());
    co_await session.run(
        "UPDATE tenant SET base = $2, version = version + 1, updated = greatest($3, updated + interval '1 ms') "
        "WHERE id = $1 AND state <> 'purged' AND base <> $2",
        std::move(db::Params().text(id).text(base).timestamp(clock_.now())));
    forget(id);
}

Task<TenantRecord> TenantDirectory::trash(std::string_view id) {
    co_return co_await changeState(id, TenantState::active, TenantState::suspended, TenantState::trashed);
}

Task<TenantRecord> TenantDirectory::restore(std::string_view id) {
    co_return co_await changeState(id, TenantState::trashed, TenantState::trashed, TenantState::active);
}

Task<void> TenantDirectory::resume() {
    db::SystemSession session(placement_.directory());
    const auto rows = co_await session.run(
        select("WHERE state IN ('provisioning', 'purging') OR (isolation = 'dedicated' AND state <> 'purged') ORDER BY number"));
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        auto record = recordAt(rows, i);
        const auto id = record.tenant.id;
        try {
            if (record.state == TenantState::purging) continue;  // settle() goes on with it
            if (record.state == TenantState::provisioning) {
                co_await provision(std::move(record));
            } else {
                auto update = [this, name = record.database, id] { placement_.provision(name, id); };
                co_await workers_.run(std::move(update));
            }
        } catch (const std::exception& error) {
            log::error("tenant {}: its database could not be made ready: {}", id, error.what());
        }
    }
    co_await settle();
}

Task<TenantContextPtr> TenantDirectory::context(std::string_view condition, std::int32_t number) {
    db::SystemSession session(placement_.directory());
    const auto sql = select(condition);
    const auto rows = co_await session.run(sql, std::move(db::Params().int4(number)));
    if (rows.empty()) co_return nullptr;
    co_return contextOf(recordAt(rows, 0));
}

Task<TenantContextPtr> TenantDirectory::byNumber(std::int32_t number) {
    return context("WHERE number = $1 AND state IN ('active', 'suspended')", number);
}

Task<TenantContextPtr> TenantDirectory::byNumberOrTrashed(std::int32_t number) {
    return context("WHERE number = $1 AND state IN ('active', 'suspended', 'trashed')", number);
}

std::vector<TenantContextPtr> TenantDirectory::recentlyUsed(std::chrono::seconds window) {
    const auto since = clock_.now() - window;
    std::vector<TenantContextPtr> contexts;
    std::shared_lock lock(mutex_);
    for (const auto& [id, one] : remembered_)
        if (one.lookup.context && one.until > since) contexts.push_back(one.lookup.context);
    return contexts;
}

Task<std::vector<TenantContextPtr>> TenantDirectory::all() {
    db::SystemSession session(placement_.directory());
    const auto rows = co_await session.run(select("WHERE state IN ('active', 'suspended') ORDER BY number"));
    std::vector<TenantContextPtr> contexts;
    for (std::size_t i = 0; i < rows.rows(); ++i) contexts.push_back(contextOf(recordAt(rows, i)));
    co_return contexts;
}

}  // namespace polyclinic::tenancy
