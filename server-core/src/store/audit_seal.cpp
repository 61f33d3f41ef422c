#include "store/audit_seal.h"

#include "base/encoding.h"

namespace polyclinic::store {
namespace {

/// Columns of an event, in the order in which they are hashed.
#define POLYCLINIC_EVENT_COLUMNS \
    "id, at, request, agent_kind, agent, action, interaction, type, coalesce(resource_id, ''), outcome, count, coalesce(address, '')"

/// Each part with its length, so that no two different events read alike.
void add(std::string_view part, std::string& to) {
    to += std::to_string(part.size());
    to += ':';
    to += part;
}

std::string hashOf(std::string_view previous, const db::Result& events, std::size_t from, std::size_t count) {
    std::string text;
    add(previous, text);
    for (std::size_t row = from; row < from + count; ++row) {
        add(std::to_string(events.int8(row, 0)), text);
        add(std::to_string(events.timestamp(row, 1).micros), text);
        for (std::size_t column = 2; column <= 6; ++column) add(events.text(row, column), text);
        add(std::to_string(events.int4(row, 7)), text);
        add(events.text(row, 8), text);
        add(std::to_string(events.int4(row, 9)), text);
        add(std::to_string(events.int4(row, 10)), text);
        add(events.text(row, 11), text);
    }
    return sha256(text);
}

struct Last {
    std::int64_t sequence = 0, through = 0;
    std::string hash;
};

}  // namespace

Task<int> sealAuditEvents(db::TenantSession session, Timestamp now) {
    static constexpr db::TenantSql lock(
        "SELECT pg_try_advisory_xact_lock(tenant_id, -1) FROM (SELECT $1::int AS tenant_id) AS t WHERE tenant_id = $1");
    static constexpr db::TenantSql lastSeal(
        "SELECT sequence, through, hash FROM audit_seal WHERE tenant_id = $1 ORDER BY sequence DESC LIMIT 1");
    static constexpr db::TenantSql unsealed("SELECT " POLYCLINIC_EVENT_COLUMNS
                                            " FROM audit_event WHERE tenant_id = $1 AND id > $2 AND at < $3 ORDER BY id LIMIT $4");
    static constexpr db::TenantSql insert(
        "INSERT INTO audit_seal (tenant_id, sequence, through, events, hash, sealed) VALUES ($1, $2, $3, $4, $5, $6)");

    auto transaction = co_await session.begin(db::Lane::control);
    const auto locked = co_await transaction.run({lock, {}});
    if (!locked.boolean(0, 0)) co_return 0;
    const auto found = co_await transaction.run({lastSeal, {}});
    Last last;
    if (!found.empty()) last = {found.int8(0, 0), found.int8(0, 1), std::string(found.text(0, 2))};
    db::Params range;
    range.int8(last.through).timestamp(now - sealAfter).int8(sealAtOnce);
    const auto events = co_await transaction.run({unsealed, std::move(range)});
    if (events.empty()) co_return 0;

    db::Params seal;
    seal.int8(last.sequence + 1)
        .int8(events.int8(events.rows() - 1, 0))
        .int4(std::int32_t(events.rows()))
        .bytea(hashOf(last.hash, events, 0, events.rows()))
        .timestamp(now);
    std::vector<db::TenantStatement> statements;
    statements.emplace_back(insert, std::move(seal));
    co_await transaction.runAndCommit(std::move(statements));
    co_return int(events.rows());
}

Task<SealCheck> checkAuditSeals(db::TenantSession session) {
    static constexpr db::TenantSql seals(
        "SELECT sequence, through, events, hash FROM audit_seal WHERE tenant_id = $1 ORDER BY sequence");
    static constexpr db::TenantSql covered("SELECT " POLYCLINIC_EVENT_COLUMNS
                                           " FROM audit_event WHERE tenant_id = $1 AND id > $2 AND id <= $3 ORDER BY id");
    SealCheck check;
    const auto chain = co_await session.run({seals, {}}, db::Lane::heavy);
    Last last;
    for (std::size_t i = 0; i < chain.rows(); ++i) {
        db::Params range;
        range.int8(last.through).int8(chain.int8(i, 1));
        const auto events = co_await session.run({covered, std::move(range)}, db::Lane::heavy);
        const auto hash = hashOf(last.hash, events, 0, events.rows());
        const bool fits = chain.int8(i, 0) == last.sequence + 1 && std::int64_t(events.rows()) == chain.int4(i, 2) &&
                          hash == chain.text(i, 3);
        if (!fits) {
            check.firstBroken = chain.int8(i, 0);
            co_return check;
        }
        ++check.seals;
        check.events += std::int64_t(events.rows());
        last = {chain.int8(i, 0), chain.int8(i, 1), hash};
    }
    co_return check;
}

#undef POLYCLINIC_EVENT_COLUMNS

}  // namespace polyclinic::store
