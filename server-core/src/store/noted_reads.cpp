#include "store/noted_reads.h"

#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "store/audit_log.h"
#include "store/row_id.h"

namespace polyclinic::store {
namespace {

/// Records can be large, and an answer is read as a whole.
constexpr std::size_t mostAtOnce = 32;
/// A statement that failed after this long was hindered by what would hinder the next one for as long.
constexpr auto slowFailure = std::chrono::seconds(1);
constexpr std::size_t columnEvent = 4;

}  // namespace

struct NotedReads::Read {
    db::TenantSession session;
    Actor actor;
    std::int32_t type;
    std::string id;
    std::int64_t event = 0;
    std::shared_ptr<OneShot<Found>> done = std::make_shared<OneShot<Found>>();
};

/// While one statement is under way the next reads gather here: the fewer statements a second, the more of
/// PostgreSQL's time is left for the records themselves.
struct NotedReads::Batch {
    bool sending = false;
    std::vector<Read> waiting;
};

NotedReads::NotedReads(const Clock& clock) : clock_(clock) {}
NotedReads::~NotedReads() = default;

db::TenantStatement NotedReads::statementOf(const std::vector<Read>& reads) const {
    std::vector<std::int64_t> events;
    std::vector<std::string> requests, kinds, agents, addresses, ids;
    std::vector<std::int32_t> types;
    for (const auto& read : reads) {
        events.push_back(read.event);
        requests.push_back(read.actor.request);
        kinds.push_back(read.actor.kind);
        agents.push_back(read.actor.id);
        addresses.push_back(read.actor.address);
        types.push_back(read.type);
        ids.push_back(read.id);
    }
    db::Params params;
    params.timestamp(clock_.now()).int8Array(events).textArray(requests).textArray(kinds).textArray(agents);
    params.textArray(addresses).int4Array(types).textArray(ids);
    // OFFSET 0: each record is looked up by its key, however few rows the planner takes the table for.
    static constexpr db::TenantSql sql(
        "WITH wanted AS MATERIALIZED ("
        "SELECT w.*, r.version, r.updated, r.deleted, r.content "
        "FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[]) "
        "AS w(event, request, kind, agent, address, type, id) "
        "LEFT JOIN LATERAL (SELECT version, updated, deleted, content FROM resource "
        "WHERE tenant_id = $1 AND type = w.type AND id = w.id OFFSET 0) AS r ON true "
        "WHERE (SELECT set_config('synchronous_commit', 'off', true)) IS NOT NULL), "
        "noted AS ("
        "INSERT INTO audit_event (tenant_id, at, id, request, agent_kind, agent, address, action, interaction, type, resource_id, outcome, count) "
        "SELECT $1, $2, event, request, kind, agent, nullif(address, ''), 'R', 'read', type, id, "
        "CASE WHEN deleted IS FALSE THEN 0 ELSE 4 END, (deleted IS FALSE)::int FROM wanted) "
        "SELECT version, updated, deleted, content, event FROM wanted");
    return {sql, std::move(params)};
}

Task<NotedReads::Found> NotedReads::read(db::TenantSession session, Actor actor, std::int32_t type, std::string id) {
    auto* loop = &Loop::current();
    std::shared_ptr<Batch> batch;
    {
        std::lock_guard lock(mutex_);
        auto& slot = batches_[{loop, &session.key().database(), session.key().number()}];
        if (!slot) slot = std::make_shared<Batch>();
        batch = slot;
    }
    batch->waiting.push_back({session, std::move(actor), type, std::move(id)});
    const auto done = batch->waiting.back().done;
    // Posted, so that the other requests of this round of the loop come along.
    if (!std::exchange(batch->sending, true)) loop->post([this, batch] { spawn(send(batch)); });
    co_return co_await *done;
}

Task<void> NotedReads::send(std::shared_ptr<Batch> batch) {
    while (!batch->waiting.empty()) {
        std::vector<Read> reads;
        auto& waiting = batch->waiting;
        if (waiting.size() <= mostAtOnce) {
            reads.swap(waiting);
        } else {
            const auto end = waiting.begin() + mostAtOnce;
            reads.assign(std::move_iterator(waiting.begin()), std::move_iterator(end));
            waiting.erase(waiting.begin(), end);
        }
        const auto since = std::chrono::steady_clock::now();
        try {
            for (auto& read : reads) read.event = nextRowId();
            auto statement = statementOf(reads);
            auto session = reads.front().session;
            auto result = co_await session.run(std::move(statement));
            const auto rows = std::make_shared<const db::Result>(std::move(result));
            for (std::size_t i = 0; i < reads.size(); ++i) {
                std::size_t row = i;  // as they were asked, though nothing promises it
                if (row >= rows->rows() || rows->int8(row, columnEvent) != reads[i].event)
                    for (row = 0; row < rows->rows() && rows->int8(row, columnEvent) != reads[i].event;) ++row;
                if (row == rows->rows()) throw std::logic_error("a read came back without its row");
                reads[i].done->set({rows, row});
            }
        } catch (...) {
            // Those behind are answered now, not one timeout after the other.
            if (std::chrono::steady_clock::now() - since >= slowFailure)
                for (auto& read : std::exchange(waiting, {})) reads.push_back(std::move(read));
            for (const auto& read : reads) read.done->fail(std::current_exception());
        }
    }
    batch->sending = false;
}

}  // namespace polyclinic::store
