#include "store/audit_log.h"

#include <mutex>
#include <unordered_map>

#include "store/row_id.h"

namespace polyclinic::store {

/// Events of one tenant that wait on one loop. While one insert is under way the next ones gather here.
struct AuditLog::Batch {
    Batch(db::TenantSession session, db::Lane lane) : session(session), lane(lane) {}
    db::TenantSession session;
    db::Lane lane;
    bool flushing = false;
    std::vector<std::pair<Actor, AuditEntry>> events;
    std::vector<std::shared_ptr<OneShot<bool>>> waiting;
};

struct AuditLog::LoopBatches {
    std::unordered_map<std::int32_t, std::shared_ptr<Batch>> reads, signIns;  // each on a lane of its own
};

namespace {

thread_local void* batchesOfThread = nullptr;
thread_local const void* batchesOwner = nullptr;
std::mutex registration;

}  // namespace

AuditLog::AuditLog(const Clock& clock, std::size_t loops) : clock_(clock) { loops_.reserve(loops); }
AuditLog::~AuditLog() = default;

db::TenantStatement AuditLog::insert(const std::vector<std::pair<Actor, AuditEntry>>& events) const {
    std::vector<std::int64_t> ids;
    std::vector<std::string> requests, kinds, agents, actions, interactions, resources;
    std::vector<std::int32_t> types, outcomes, counts;
    for (const auto& [actor, entry] : events) {
        ids.push_back(nextRowId());
        requests.push_back(actor.request);
        kinds.push_back(actor.kind);
        agents.push_back(actor.id);
        actions.emplace_back(1, entry.action);
        interactions.push_back(entry.interaction);
        types.push_back(entry.type);
        resources.push_back(entry.resourceId);
        outcomes.push_back(entry.outcome);
        counts.push_back(entry.count);
    }
    db::Params params;
    params.timestamp(clock_.now())
        .int8Array(ids)
        .textArray(requests)
        .textArray(kinds)
        .textArray(agents)
        .textArray(actions)
        .textArray(interactions)
        .int4Array(types)
        .textArray(resources)
        .int4Array(outcomes)
        .int4Array(counts);
    static constexpr db::TenantSql sql(
        "INSERT INTO audit_event (tenant_id, at, id, request, agent_kind, agent, action, interaction, type, resource_id, "
        "outcome, count) "
        "SELECT $1, $2, id, request, kind, agent, action, interaction, type, nullif(resource, ''), outcome, count "
        "FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], "
        "$10::text[], $11::int[], $12::int[]) "
        "AS e(id, request, kind, agent, action, interaction, type, resource, outcome, count)");
    return {sql, std::move(params)};
}

db::TenantStatement AuditLog::statement(const Actor& actor, const std::vector<AuditEntry>& entries) const {
    std::vector<std::pair<Actor, AuditEntry>> events;
    for (const auto& entry : entries) events.emplace_back(actor, entry);
    return insert(events);
}

Task<void> AuditLog::note(const db::TenantSession& session, Actor actor, AuditEntry entry, db::Lane lane) {
    if (batchesOwner != this) {
        std::lock_guard lock(registration);
        loops_.push_back(std::make_unique<LoopBatches>());
        batchesOfThread = loops_.back().get();
        batchesOwner = this;
    }
    auto& batches = *static_cast<LoopBatches*>(batchesOfThread);
    auto& slot = (lane == db::Lane::control ? batches.signIns : batches.reads)[session.key().number()];
    if (!slot) slot = std::make_shared<Batch>(session, lane);
    const auto batch = slot;
    const auto done = std::make_shared<OneShot<bool>>();
    batch->events.emplace_back(std::move(actor), std::move(entry));
    batch->waiting.push_back(done);
    if (!batch->flushing) {
        batch->flushing = true;
        // Posted, so that the other requests of this round of the loop come along.
        Loop::current().post([this, batch] { spawn(flush(*this, batch)); });
    }
    co_await *done;
}

Task<void> AuditLog::flush(const AuditLog& log, std::shared_ptr<Batch> batch) {
    // A statement of its own costs less than a join in every insert.
    static constexpr db::TenantSql soon(
        "SELECT set_config('synchronous_commit', 'off', true) FROM (SELECT $1::int AS tenant_id) AS t WHERE tenant_id = $1");
    while (!batch->events.empty()) {
        const auto events = std::exchange(batch->events, {});
        const auto waiting = std::exchange(batch->waiting, {});
        try {
            std::vector<db::TenantStatement> statements;
            statements.emplace_back(soon, db::Params());
            statements.push_back(log.insert(events));
            co_await batch->session.runAll(std::move(statements), batch->lane);
            for (const auto& one : waiting) one->set(true);
        } catch (...) {
            for (const auto& one : waiting) one->fail(std::current_exception());
        }
    }
    batch->flushing = false;
}

}  // namespace polyclinic::store
