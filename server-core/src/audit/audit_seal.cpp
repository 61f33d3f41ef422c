#include "audit/audit_seal.h"

#include <algorithm>

#include "base/encoding.h"
#include "tenancy/rows_of.h"

namespace polyclinic::audit {
namespace {

constexpr int format = 2;  // of new seals
constexpr std::size_t columnsOfFirst = 12, columnsOfSecond = 18;
constexpr std::size_t mostBroken = 100;

/// Columns of an event, in the order in which they are hashed. Format 1 ends with the address.
#define POLYCLINIC_EVENT_COLUMNS                                                                                                       \
    "e.id, e.at, e.request, e.agent_kind, e.agent, e.action, e.interaction, e.type, coalesce(e.resource_id, ''), e.outcome, e.count, " \
    "coalesce(e.address, ''), coalesce(e.client, ''), coalesce(e.account, ''), coalesce(e.patient, ''), coalesce(e.behalf, ''), "      \
    "coalesce(e.about, ''), coalesce(array_to_string(e.about_more, ' '), '')"

/// Each part with its length, so that no two different events read alike.
void add(std::string_view part, std::string& to) {
    to += std::to_string(part.size());
    to += ':';
    to += part;
}

std::string hashOf(std::string_view previous, const db::Result& events, int sealFormat) {
    std::string text;
    add(previous, text);
    const auto columns = sealFormat == 1 ? columnsOfFirst : columnsOfSecond;
    for (std::size_t row = 0; row < events.rows(); ++row) {
        add(std::to_string(events.int8(row, 0)), text);
        add(std::to_string(events.timestamp(row, 1).micros), text);
        for (std::size_t column = 2; column < columns; ++column) {
            const bool number = column == 7 || column == 9 || column == 10;
            add(number ? std::to_string(events.int4(row, column)) : std::string(events.text(row, column)), text);
        }
    }
    return sha256(text);
}

/// Of row ids, whose upper bits are milliseconds (base/row_id).
std::int64_t spanOf(std::chrono::seconds span) { return std::chrono::milliseconds(span).count() << 22; }

}  // namespace

Task<int> sealAuditEvents(db::TenantSession session, Timestamp now, std::chrono::seconds reach, SealHead* head) {
    static constexpr db::TenantSql lock(
        "SELECT pg_try_advisory_xact_lock(tenant_id, -1) FROM (SELECT $1::int AS tenant_id) AS t WHERE tenant_id = $1");
    static constexpr db::TenantSql lastSeal(
        "SELECT sequence, through, hash, coalesce(settled, through) FROM audit_seal WHERE tenant_id = $1 ORDER BY sequence DESC LIMIT 1");
    static constexpr db::TenantSql unsealed(
        "SELECT " POLYCLINIC_EVENT_COLUMNS
        " FROM audit_event e WHERE e.tenant_id = $1 AND e.id > $2 "
        // NOT IN is hashed; as NOT EXISTS the lists would be unfolded for every event.
        "AND e.id NOT IN (SELECT unnest(s.members) FROM audit_seal s WHERE s.tenant_id = $1 AND s.through > $2) "
        "ORDER BY e.id LIMIT $3");
    static constexpr db::TenantSql firstFormat("SELECT coalesce(max(through), 0) FROM audit_seal WHERE tenant_id = $1 AND seal_format = 1");
    static constexpr db::TenantSql sealAt("SELECT hash FROM audit_seal WHERE tenant_id = $1 AND sequence = $2");
    static constexpr db::TenantSql insert(
        "INSERT INTO audit_seal (tenant_id, sequence, through, events, hash, sealed, seal_format, members, settled) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

    auto transaction = co_await session.begin(db::QueryClass::control);
    const auto locked = co_await transaction.run({lock, {}});
    if (!locked.boolean(0, 0)) co_return 0;
    const auto found = co_await transaction.run({lastSeal, {}});
    SealHead last;
    std::int64_t through = 0, settled = 0;
    if (!found.empty()) {
        last = {found.int8(0, 0), std::string(found.text(0, 2))};
        through = found.int8(0, 1);
        settled = found.int8(0, 3);
    }
    if (reach > sealReach) {  // further back than other rounds look, though never to what format 1 covers
        const auto first = co_await transaction.run({firstFormat, {}});
        settled = std::max(first.int8(0, 0), std::min(settled, through - spanOf(reach)));
    }
    db::Params range;
    range.int8(settled).int8(sealAtOnce);
    const auto events = co_await transaction.run({unsealed, std::move(range)});
    if (events.empty()) co_return 0;
    bool holds = true;
    if (head && head->sequence > 0) {
        const auto there = co_await transaction.run({sealAt, std::move(db::Params().int8(head->sequence))});
        holds = !there.empty() && there.text(0, 0) == head->hash;
    }

    std::vector<std::int64_t> members;
    for (std::size_t row = 0; row < events.rows(); ++row) members.push_back(events.int8(row, 0));
    through = std::max(through, members.back());
    // What is left for later rounds stays above it.
    if (events.rows() < std::size_t(sealAtOnce)) settled = std::max(settled, through - spanOf(sealReach));
    const SealHead made{last.sequence + 1, hashOf(last.hash, events, format)};
    db::Params seal;
    seal.int8(made.sequence).int8(through).int4(std::int32_t(events.rows())).bytea(made.hash).timestamp(now).int2(format);
    seal.int8Array(members).int8(settled);
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(insert, std::move(seal));
    co_await transaction.runAndCommit(std::move(statements));
    if (head && holds) *head = made;
    co_return int(events.rows());
}

Task<int> sealAuditEvents(const tenancy::TenantContext& tenant, Timestamp now, std::chrono::seconds reach, SealHead* head) {
    return sealAuditEvents(rowsOf(tenant), now, reach, head);
}

Task<SealCheck> checkAuditSeals(const tenancy::TenantContext& tenant, const SealHead* known) {
    return checkAuditSeals(rowsOf(tenant), known);
}

Task<SealCheck> checkAuditSeals(db::TenantSession session, const SealHead* known) {
    static constexpr db::TenantSql seals(
        "SELECT sequence, through, events, hash, seal_format FROM audit_seal WHERE tenant_id = $1 AND sequence > $2 ORDER BY sequence "
        "LIMIT 1000");
    static constexpr db::TenantSql ofRange("SELECT " POLYCLINIC_EVENT_COLUMNS
                                           " FROM audit_event e WHERE e.tenant_id = $1 AND e.id > $2 AND e.id <= $3 ORDER BY e.id");
    static constexpr db::TenantSql ofMembers(
        "SELECT " POLYCLINIC_EVENT_COLUMNS
        " FROM audit_event e WHERE e.tenant_id = $1 AND e.id = ANY((SELECT s.members FROM audit_seal s "
        "WHERE s.tenant_id = $1 AND s.sequence = $2)::bigint[]) ORDER BY e.id");
    // Events that were put in later: far enough behind the newest seal that a night would have found them, and in none. And looks at
    // several patients whose rows for finding them do not say what the event says.
    static constexpr db::TenantSql foreign(
        "SELECT (SELECT min(s.sequence) FROM audit_seal s WHERE s.tenant_id = $1 AND s.through >= min(e.id)) FROM audit_event e "
        "LEFT JOIN (SELECT unnest(s.members) AS id FROM audit_seal s WHERE s.tenant_id = $1) AS m ON m.id = e.id "
        "WHERE e.tenant_id = $1 AND e.id > $2 AND e.id <= $3 AND m.id IS NULL");
    static constexpr db::TenantSql unnamed(
        "SELECT (SELECT min(s.sequence) FROM audit_seal s WHERE s.tenant_id = $1 AND s.through >= min(e.id)) FROM audit_event e "
        "LEFT JOIN (SELECT a.event, array_agg(a.patient ORDER BY a.patient) AS patients FROM audit_about a WHERE a.tenant_id = $1 "
        "GROUP BY a.event) AS n ON n.event = e.id WHERE e.tenant_id = $1 AND e.about_more IS NOT NULL AND e.id <= $2 "
        "AND n.patients IS DISTINCT FROM (SELECT array_agg(DISTINCT p COLLATE \"C\" ORDER BY p COLLATE \"C\") FROM unnest(e.about_more) AS "
        "p)");
    SealCheck check;
    const auto isBroken = [&check](std::int64_t sequence) {
        if (!check.firstBroken) check.firstBroken = sequence;
        if (check.broken.size() < mostBroken) check.broken.push_back(sequence);
    };
    std::int64_t through = 0, newest = 0, ofFirstFormat = 0;
    bool knownIsThere = !known || known->sequence == 0;
    for (;;) {
        db::Params from;
        from.int8(check.head.sequence);
        const auto chain = co_await session.run({seals, std::move(from)}, db::QueryClass::heavy);
        for (std::size_t i = 0; i < chain.rows(); ++i) {
            const auto sequence = chain.int8(i, 0);
            const int sealFormat = chain.int4(i, 4);
            const bool range = sealFormat == 1;
            db::Params which;
            if (range)
                which.int8(through).int8(chain.int8(i, 1));
            else
                which.int8(sequence);
            const auto events = co_await session.run({range ? ofRange : ofMembers, std::move(which)}, db::QueryClass::heavy);
            const std::string kept(chain.text(i, 3));
            const auto said = std::int64_t(chain.int4(i, 2));
            check.sealed += said;
            bool fits = sequence == check.head.sequence + 1 && std::int64_t(events.rows()) == said &&
                        hashOf(check.head.hash, events, sealFormat) == kept;
            if (!knownIsThere && sequence == known->sequence) {
                knownIsThere = true;
                fits = fits && kept == known->hash;
            }
            if (fits) {
                ++check.seals;
                check.events += said;
            } else {
                isBroken(sequence);
            }
            through = chain.int8(i, 1);
            newest = std::max(newest, through);
            if (range) ofFirstFormat = through;
            check.head = {sequence, kept};
        }
        if (chain.rows() < 1000) break;
    }
    if (!knownIsThere) isBroken(known->sequence);
    db::Params between, upTo;
    between.int8(ofFirstFormat).int8(newest - spanOf(sealNightlyReach));
    upTo.int8(newest);
    const auto added = co_await session.run({foreign, std::move(between)}, db::QueryClass::heavy);
    const auto lost = co_await session.run({unnamed, std::move(upTo)}, db::QueryClass::heavy);
    for (const auto* rows : {&added, &lost}) {
        if (rows->isNull(0, 0)) continue;
        const auto sequence = rows->int8(0, 0);
        if (std::ranges::find(check.broken, sequence) == check.broken.end()) isBroken(sequence);
    }
    std::ranges::sort(check.broken);
    if (!check.broken.empty()) check.firstBroken = check.broken.front();
    co_return check;
}

#undef POLYCLINIC_EVENT_COLUMNS

}  // namespace polyclinic::audit
