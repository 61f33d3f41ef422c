#include "audit/audited_reads.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/encoding.h"
#include "base/row_id.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::audit {
namespace {

/// Records can be large, and an answer is read as a whole.
constexpr std::size_t mostAtOnce = 32;
/// A statement that failed after this long was hindered by what would hinder the next one for as long.
constexpr auto slowFailure = std::chrono::seconds(1);
constexpr std::size_t columnEvent = 4;
static_assert(AuditedReads::contentBytes == 65536);  // as the statements say

// OFFSET 0: each record is looked up by its key, however few rows the planner takes the table for. `whose`: ids of the
// Patients that a record which is given is of (286294188: typeCode of Patient).
#define NOTED_READS(arrays, columns, open, record)                                                                                        \
    "WITH wanted AS MATERIALIZED ("                                                                                                       \
    "SELECT w.*, r.version, r.updated, r.deleted, substring(r.content, 1, 65536) AS content, CASE WHEN r.deleted THEN '' WHEN w.type = "  \
    "286294188 THEN w.id ELSE r.whose END AS whose "                                                                                      \
    "FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::text[], "                                   \
    "$10::text[], $11::text[], $12::text[], $13::text[]" arrays                                                                           \
    ") "                                                                                                                                  \
    "AS w(event, request, kind, agent, address, type, id, client, account, ofpatient, behalf" columns                                     \
    ") "                                                                                                                                  \
    "LEFT JOIN LATERAL (" record                                                                                                          \
    " OFFSET 0) AS r ON true "                                                                                                            \
    "WHERE (SELECT CASE WHEN " open " = 3 OR EXISTS (SELECT FROM tenant_state WHERE tenant_id = $1 AND closed <= " open                   \
    ") "                                                                                                                                  \
    "THEN 0 ELSE refuse_tenant() END) = 0), "                                                                                             \
    "noted AS ("                                                                                                                          \
    "INSERT INTO audit_event (tenant_id, at, id, request, agent_kind, agent, address, action, interaction, type, resource_id, outcome, "  \
    "count, "                                                                                                                             \
    "client, account, patient, behalf, about, about_more) "                                                                               \
    "SELECT $1, $2, event, request, kind, agent, nullif(address, ''), 'R', 'read', type, id, "                                            \
    "CASE WHEN deleted IS FALSE THEN 0 ELSE 4 END, (deleted IS FALSE)::int, "                                                             \
    "nullif(client, ''), nullif(account, ''), nullif(ofpatient, ''), nullif(behalf, ''), "                                                \
    "CASE WHEN strpos(whose, ' ') = 0 THEN nullif(whose, '') END, CASE WHEN strpos(whose, ' ') > 0 THEN string_to_array(whose, ' ') END " \
    "FROM wanted), "                                                                                                                      \
    "several AS ("                                                                                                                        \
    "INSERT INTO audit_about (tenant_id, patient, event) SELECT $1, each, event FROM wanted "                                             \
    "CROSS JOIN LATERAL unnest(string_to_array(whose, ' ')) AS each WHERE strpos(whose, ' ') > 0) "                                       \
    "SELECT version, updated, deleted, content, event, whose FROM wanted"

constexpr db::TenantSql any(NOTED_READS(
    "", "", "$14::smallint",
    "SELECT version, updated, deleted, content, patient AS whose FROM resource WHERE tenant_id = $1 AND type = w.type AND id = w.id"));

// One list of parameters for all: each is of one type only. Whose a record is: fhir::PatientRule.
constexpr db::TenantSql own(NOTED_READS(
    ", $14::text[], $15::bigint[], $18::bigint[]", ", within, target, decided", "$20::smallint",
    "SELECT o.version, o.updated, o.deleted, w.within AS whose, CASE WHEN o.deleted THEN (SELECT h.content FROM resource_history h "
    "WHERE h.tenant_id = $1 AND h.type = w.type AND h.id = w.id AND h.version = o.version - 1) ELSE o.content END AS content "
    "FROM resource o WHERE o.tenant_id = $1 AND o.type = w.type AND o.id = w.id AND (o.deleted "
    "OR (o.type = $17 AND o.id = w.within) OR EXISTS (SELECT 1 FROM index_reference x WHERE x.tenant_id = $1 "
    "AND x.param = ANY($16) AND x.target = w.target AND x.rid = o.rid AND x.type = $17 "
    "AND ((o.present & w.decided) = 0 OR x.param = ANY($19)) OFFSET 0))"));

#undef NOTED_READS

/// As many as go at once, one of each client in turn, so that who asks much does not keep others of the same clinic waiting.
std::vector<AuditedReads::Read> takeInTurn(std::vector<AuditedReads::Read>& waiting) {
    std::unordered_map<std::string_view, std::size_t> turns;
    std::vector<std::pair<std::size_t, std::size_t>> order;  // turn, place
    for (std::size_t i = 0; i < waiting.size(); ++i) order.emplace_back(turns[waiting[i].actor.id]++, i);
    std::nth_element(order.begin(), order.begin() + mostAtOnce, order.end());
    std::vector<bool> taken(waiting.size());
    for (std::size_t i = 0; i < mostAtOnce; ++i) taken[order[i].second] = true;
    std::vector<AuditedReads::Read> reads, left;
    for (std::size_t i = 0; i < waiting.size(); ++i) (taken[i] ? reads : left).push_back(std::move(waiting[i]));
    waiting = std::move(left);
    return reads;
}

}  // namespace

db::TenantStatement AuditedReads::statement(std::span<const Read> reads, Timestamp at, db::Open open) {
    std::vector<std::int64_t> events;
    std::vector<std::string> requests, actorKinds, agents, addresses, ids, clients, accounts, ofPatients, behalves;
    std::vector<std::int32_t> types;
    for (const auto& read : reads) {
        events.push_back(read.event);
        requests.push_back(read.actor.request);
        actorKinds.push_back(read.actor.kind);
        agents.push_back(read.actor.id);
        addresses.push_back(read.actor.address);
        types.push_back(read.type);
        ids.push_back(read.id);
        clients.push_back(read.actor.client);
        accounts.push_back(read.actor.account);
        ofPatients.push_back(read.actor.patient);
        behalves.push_back(read.actor.behalf);
    }
    db::Params params;
    params.timestamp(at).int8Array(events).textArray(requests).textArray(actorKinds).textArray(agents);
    params.textArray(addresses).int4Array(types).textArray(ids);
    params.textArray(clients).textArray(accounts).textArray(ofPatients).textArray(behalves);
    const auto asking = [](const db::TenantSql& sql, db::Params whole) {
        db::TenantStatement made(sql, std::move(whole));
        made.asksState = true;
        return made;
    };
    if (!reads.front().within) return asking(any, std::move(params.int2(std::int16_t(open))));
    std::vector<std::string> patients;
    std::vector<std::int64_t> targets, decided;
    std::set<std::int32_t> parameters, deciding;
    for (const auto& read : reads) {
        const auto& patient = read.within.value().patient;
        patients.push_back(patient);
        targets.push_back(indexHash(patient));
        const auto rule = fhir::patientRule(fhir::typeName(read.type).value_or(""));
        parameters.insert(rule.any.begin(), rule.any.end());
        deciding.insert(rule.deciding.begin(), rule.deciding.end());
        decided.push_back(rule.decided);
    }
    params.textArray(patients).int8Array(targets);
    params.int4Array(std::vector<std::int32_t>(parameters.begin(), parameters.end())).int4(fhir::typeCode("Patient"));
    params.int8Array(decided).int4Array(std::vector<std::int32_t>(deciding.begin(), deciding.end()));
    params.int2(std::int16_t(open));
    return asking(own, std::move(params));
}

Task<AuditedReads::Found> AuditedReads::read(db::TenantSession session, Actor actor, std::int32_t type, std::string id,
                                             std::optional<access::Compartment> within) {
    const Key key{&Loop::current(), &session.key().database(), session.key().number(), within.has_value()};
    const auto done = std::make_shared<OneShot<Found>>();
    Batch* batch;
    bool isNew;
    {
        std::lock_guard lock(mutex_);
        const auto [slot, added] = batches_.try_emplace(key, Batch{session, {}});
        batch = &slot->second;  // this loop's own from here on
        isNew = added;
    }
    batch->waiting.push_back({std::move(actor), type, std::move(id), std::move(within), 0, done});
    // Posted, so that the other requests of this round of the loop come along.
    if (isNew) Loop::current().post([this, key, batch] { spawn(send(key, *batch)); });
    co_return co_await *done;
}

/// While one statement is under way the next reads gather: the fewer statements a second, the more of PostgreSQL's time
/// is left for the records themselves.
Task<void> AuditedReads::send(Key key, Batch& batch) {
    auto& waiting = batch.waiting;
    while (!waiting.empty()) {
        std::vector<Read> reads;
        if (waiting.size() <= mostAtOnce)
            reads.swap(waiting);
        else
            reads = takeInTurn(waiting);
        const auto since = std::chrono::steady_clock::now();
        try {
            for (auto& read : reads) read.event = nextRowId();
            auto asked = statement(reads, clock_.now(), batch.session.key().open());
            auto result = co_await batch.session.run(std::move(asked));
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
    std::lock_guard lock(mutex_);
    batches_.erase(key);
}

}  // namespace polyclinic::audit
