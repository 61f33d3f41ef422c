#include "store/audit_log.h"

#include <mutex>
#include <unordered_map>

#include "store/row_id.h"

namespace polyclinic::store {

/// Events of one tenant that wait on one loop. While one insert is under way the next ones gather here.
struct AuditLog::Batch {
    explicit Batch(db::TenantSession session) : session(session) {}
    db::TenantSession session;
    bool flushing = false;
    std::vector<std::pair<Actor, AuditEntry>> events;
    std::vector<std::shared_ptr<OneShot<bool>>> waiting;
};

struct AuditLog::LoopBatches {
    std::unordered_map<std::int32_t, std::shared_ptr<Batch>> byTenant;
};

namespace {

thread_local void* batchesOfThread = nullptr;
thread_local const void* batchesOwner = nullptr;
std::mutex registration;

}  // namespace

AuditLog::AuditLog(const Clock& clock, std::size_t loops) : clock_(clock) { loops_.reserve(loops); }
AuditLog::~AuditLog() = default;

db::TenantStatement AuditLog::insert(const std::vector<std::pair<Actor, AuditEntry>>& events, bool waitForDisk) const {
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
        .int4Array(counts)
        .text(waitForDisk ? "on" : "off");
    static constexpr db::TenantSql sql(
        "WITH commit AS (SELECT CASE $13 WHEN 'off' THEN set_config('synchronous_commit', 'off', true) END) "
        "INSERT INTO audit_event (tenant_id, at, id, request, agent_kind, agent, action, interaction, type, resource_id, "
        "outcome, count) "
        "SELECT $1, $2, id, request, kind, agent, action, interaction, type, nullif(resource, ''), outcome, count "
        "FROM commit, unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], "
        "$10::text[], $11::int[], $12::int[]) "
        "AS e(id, request, kind, agent, action, interaction, type, resource, outcome, count)");
    return {sql, std::move(params)};
}

db::TenantStatement AuditLog::statement(const Actor& actor, const std::vector<AuditEntry>& entries) const {
    std::vector<std::pair<Actor, AuditEntry>> events;
    for (const auto& entry : entries) events.emplace_back(actor, entry);
    return insert(events, true);
}

Task<void> AuditLog::note(const db::TenantSession& session, Actor actor, AuditEntry entry) {
    if (batchesOwner != this) {
        std::lock_guard lock(registration);
        loops_.push_back(std::make_unique<LoopBatches>());
        batchesOfThread = loops_.back().get();
        batchesOwner = this;
    }
    auto& slot = static_cast<LoopBatches*>(batchesOfThread)->byTenant[session.key().number()];
    if (!slot) slot = std::make_shared<Batch>(session);
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
    while (!batch->events.empty()) {
        const auto events = std::exchange(batch->events, {});
        const auto waiting = std::exchange(batch->waiting, {});
        try {
            co_await batch->session.run(log.insert(events, false));
            for (const auto& one : waiting) one->set(true);
        } catch (...) {
            for (const auto& one : waiting) one->fail(std::current_exception());
        }
    }
    batch->flushing = false;
}

}  // namespace polyclinic::store
