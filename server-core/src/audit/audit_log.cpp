#include "audit/audit_log.h"

#include <utility>

#include "base/row_id.h"
#include "tenancy/rows_of.h"

namespace polyclinic::audit {

/// Events of one tenant that wait, of all loops. While one insert is under way the next ones gather here: the fewer
/// inserts a second, the more of PostgreSQL's time is left for the reads themselves.
struct AuditLog::Batch {
    Batch(db::TenantSession session, db::QueryClass queryClass) : session(session), queryClass(queryClass) {}
    db::TenantSession session;
    db::QueryClass queryClass;
    std::vector<std::pair<Actor, AuditEntry>> events;
    std::vector<std::shared_ptr<OneShot<bool>>> waiting;
};

AuditLog::AuditLog(const Clock& clock) : clock_(clock), reads_(clock) {}
AuditLog::~AuditLog() = default;

namespace {

// About one patient: a column. About several: the list, and a row of audit_about for each. Ids hold no blanks.
#define INSERT_EVENTS(condition)                                                                                                          \
    "WITH e AS MATERIALIZED (SELECT * FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], "  \
    "$10::text[], $11::int[], $12::int[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[]) "                 \
    "AS n(id, request, kind, agent, action, interaction, type, resource, outcome, count, address, client, account, patient, behalf, "     \
    "about)" condition                                                                                                                    \
    "), kept AS (INSERT INTO audit_event (tenant_id, at, id, request, agent_kind, agent, action, interaction, type, resource_id, "        \
    "outcome, count, address, client, account, patient, behalf, about, about_more) "                                                      \
    "SELECT $1, $2, id, request, kind, agent, action, interaction, type, nullif(resource, ''), outcome, count, nullif(address, ''), "     \
    "nullif(client, ''), nullif(account, ''), nullif(patient, ''), nullif(behalf, ''), "                                                  \
    "CASE WHEN strpos(about, ' ') = 0 THEN nullif(about, '') END, CASE WHEN strpos(about, ' ') > 0 THEN string_to_array(about, ' ') END " \
    "FROM e) "                                                                                                                            \
    "INSERT INTO audit_about (tenant_id, patient, event) SELECT $1, each, id FROM e CROSS JOIN LATERAL unnest(string_to_array(about, ' "  \
    "')) AS each "                                                                                                                        \
    "WHERE strpos(about, ' ') > 0 ON CONFLICT DO NOTHING"

constexpr db::TenantSql withTheRest(INSERT_EVENTS(""));
/// For a transaction that holds nothing else: its commit does not wait for the disk.
constexpr db::TenantSql alone(INSERT_EVENTS(" WHERE (SELECT set_config('synchronous_commit', 'off', true)) IS NOT NULL"));

#undef INSERT_EVENTS

std::string joined(const std::vector<std::string>& ids) {
    std::string text;
    for (const auto& id : ids) text += (text.empty() ? "" : " ") + id;
    return text;
}

}  // namespace

db::TenantStatement AuditLog::insert(const db::TenantSql& sql, const std::vector<std::pair<Actor, AuditEntry>>& events) const {
    std::vector<std::int64_t> ids;
    std::vector<std::string> requests, actorKinds, agents, addresses, actions, interactions, resources;
    std::vector<std::string> clients, accounts, patients, behalves, abouts;
    std::vector<std::int32_t> types, outcomes, counts;
    for (const auto& [actor, entry] : events) {
        ids.push_back(nextRowId());
        requests.push_back(actor.request);
        actorKinds.push_back(actor.kind);
        agents.push_back(actor.id);
        addresses.push_back(actor.address);
        clients.push_back(actor.client);
        accounts.push_back(actor.account);
        patients.push_back(actor.patient);
        behalves.push_back(actor.behalf);
        abouts.push_back(joined(entry.about));
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
        .textArray(actorKinds)
        .textArray(agents)
        .textArray(actions)
        .textArray(interactions)
        .int4Array(types)
        .textArray(resources)
        .int4Array(outcomes)
        .int4Array(counts)
        .textArray(addresses)
        .textArray(clients)
        .textArray(accounts)
        .textArray(patients)
        .textArray(behalves)
        .textArray(abouts);
    return {sql, std::move(params)};
}

db::TenantStatement AuditLog::statement(const Actor& actor, const std::vector<AuditEntry>& entries) const {
    std::vector<std::pair<Actor, AuditEntry>> events;
    for (const auto& entry : entries) events.emplace_back(actor, entry);
    return insert(withTheRest, events);
}

Task<void> AuditLog::name(db::TenantSession session, std::int64_t event, std::vector<std::string> patients) const {
    static constexpr db::TenantSql sql(
        "INSERT INTO audit_about (tenant_id, patient, event) SELECT $1, each, $2 FROM unnest($3::text[]) AS each ON CONFLICT DO NOTHING");
    co_await session.run({sql, std::move(db::Params().int8(event).textArray(patients))});
}

Task<void> AuditLog::note(const tenancy::TenantContext& tenant, Actor actor, AuditEntry entry, db::QueryClass queryClass) {
    return note(rowsOf(tenant), std::move(actor), std::move(entry), queryClass);
}

Task<void> AuditLog::note(const db::TenantSession& session, Actor actor, AuditEntry entry, db::QueryClass queryClass) {
    const auto done = std::make_shared<OneShot<bool>>();
    std::shared_ptr<Batch> toFlush;
    {
        std::lock_guard lock(mutex_);
        auto& slot = batches_[{session.key().number(), queryClass}];
        if (!slot) toFlush = slot = std::make_shared<Batch>(session, queryClass);
        slot->events.emplace_back(std::move(actor), std::move(entry));
        slot->waiting.push_back(done);
    }
    // Posted, so that the other requests of this round of the loop come along.
    if (toFlush) Loop::current().post([this, toFlush] { spawn(flush(toFlush)); });
    co_await *done;
}

Task<void> AuditLog::flush(std::shared_ptr<Batch> batch) {
    for (;;) {
        std::vector<std::pair<Actor, AuditEntry>> events;
        std::vector<std::shared_ptr<OneShot<bool>>> waiting;
        {
            std::lock_guard lock(mutex_);
            events.swap(batch->events);
            waiting.swap(batch->waiting);
            if (events.empty()) {
                batches_.erase({batch->session.key().number(), batch->queryClass});
                co_return;
            }
        }
        try {
            auto statement = insert(alone, events);
            co_await batch->session.run(std::move(statement), batch->queryClass);
            for (const auto& one : waiting) one->set(true);
        } catch (...) {
            for (const auto& one : waiting) one->fail(std::current_exception());
        }
    }
}

}  // namespace polyclinic::audit
