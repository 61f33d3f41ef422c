#include "audit/operator_seal.h"

#include <algorithm>

#include "base/encoding.h"

namespace polyclinic::audit::operator_events {
namespace {

/// Numbers are drawn one by one, so whoever commits late is not far behind.
constexpr std::int64_t lookBack = 10'000;

#define OPERATOR_EVENT_COLUMNS "e.number, e.at, e.request, e.operator, e.action, e.subject, e.address"

std::string chained(std::string_view previous, const db::Result& events) {
    std::string text;
    const auto part = [&text](std::string_view one) { text += std::to_string(one.size()) + ':' + std::string(one); };
    part(previous);
    for (std::size_t row = 0; row < events.rows(); ++row) {
        part(std::to_string(events.int8(row, 0)));
        part(std::to_string(events.timestamp(row, 1).micros));
        for (std::size_t column = 2; column <= 6; ++column) part(events.text(row, column));
    }
    return sha256(text);
}

}  // namespace

Task<int> sealEvents(db::SystemSession session, Timestamp now, SealHead* head) {
    auto transaction = co_await session.begin();
    std::vector<db::Statement> locking;
    locking.push_back({"SELECT pg_try_advisory_xact_lock(-1, -1)", {}});
    const auto locked = co_await transaction.run(std::move(locking));
    if (!locked[0].boolean(0, 0)) co_return 0;
    std::vector<db::Statement> lastOne;
    lastOne.push_back({"SELECT sequence, through, hash FROM operator_seal ORDER BY sequence DESC LIMIT 1", {}});
    const auto begun = co_await transaction.run(std::move(lastOne));
    SealHead last;
    std::int64_t through = 0;
    if (!begun[0].empty()) {
        last = {begun[0].int8(0, 0), std::string(begun[0].text(0, 2))};
        through = begun[0].int8(0, 1);
    }
    std::vector<db::Statement> looked;
    looked.push_back({"SELECT " OPERATOR_EVENT_COLUMNS " FROM operator_event e WHERE e.number > $1 AND e.number NOT IN ("
                      "SELECT unnest(s.members) FROM operator_seal s WHERE s.through > $1) "
                      "ORDER BY e.number LIMIT $2",
                      std::move(db::Params().int8(through - lookBack).int8(sealAtOnce))});
    const auto found = co_await transaction.run(std::move(looked));
    const auto& events = found[0];
    if (events.empty()) co_return 0;
    bool holds = true;
    if (head && head->sequence > 0) {
        db::Params which;
        which.int8(head->sequence);
        std::vector<db::Statement> kept;
        kept.push_back({"SELECT hash FROM operator_seal WHERE sequence = $1", std::move(which)});
        const auto there = co_await transaction.run(std::move(kept));
        holds = !there[0].empty() && there[0].text(0, 0) == head->hash;
    }
    std::vector<std::int64_t> members;
    for (std::size_t row = 0; row < events.rows(); ++row) members.push_back(events.int8(row, 0));
    const SealHead made{last.sequence + 1, chained(last.hash, events)};
    db::Params seal;
    seal.int8(made.sequence).int8(std::max(through, members.back())).int8Array(members).bytea(made.hash).timestamp(now);
    std::vector<db::Statement> statements;
    statements.push_back(
        {"INSERT INTO operator_seal (sequence, through, members, hash, sealed) VALUES ($1, $2, $3, $4, $5)", std::move(seal)});
    co_await transaction.runAndCommit(std::move(statements));
    if (head && holds) *head = made;
    co_return int(events.rows());
}

Task<SealCheck> checkSeals(db::SystemSession session, const SealHead* known) {
    SealCheck check;
    const auto isBroken = [&check](std::int64_t sequence) {
        if (!check.firstBroken) check.firstBroken = sequence;
        if (check.broken.size() < 100) check.broken.push_back(sequence);
    };
    bool knownIsThere = !known || known->sequence == 0;
    for (;;) {
        db::Params from;
        from.int8(check.head.sequence);
        const auto chain = co_await session.run(
            "SELECT sequence, cardinality(members)::bigint, hash FROM operator_seal WHERE sequence > $1 ORDER BY sequence LIMIT 1000",
            std::move(from));
        for (std::size_t i = 0; i < chain.rows(); ++i) {
            const auto sequence = chain.int8(i, 0);
            db::Params which;
            which.int8(sequence);
            const auto events = co_await session.run("SELECT " OPERATOR_EVENT_COLUMNS
                                                     " FROM operator_event e WHERE e.number = ANY((SELECT s.members FROM operator_seal s "
                                                     "WHERE s.sequence = $1)::bigint[]) ORDER BY e.number",
                                                     std::move(which));
            const std::string kept(chain.text(i, 2));
            check.sealed += chain.int8(i, 1);
            bool fits = sequence == check.head.sequence + 1 && std::int64_t(events.rows()) == chain.int8(i, 1) &&
                        chained(check.head.hash, events) == kept;
            if (!knownIsThere && sequence == known->sequence) {
                knownIsThere = true;
                fits = fits && kept == known->hash;
            }
            if (fits) {
                ++check.seals;
                check.events += chain.int8(i, 1);
            } else {
                isBroken(sequence);
            }
            check.head = {sequence, kept};
        }
        if (chain.rows() < 1000) break;
    }
    if (!knownIsThere) isBroken(known->sequence);
    co_return check;
}

#undef OPERATOR_EVENT_COLUMNS

}  // namespace polyclinic::audit::operator_events
