#include "accounts/operator_try_store.h"

namespace polyclinic::accounts::operator_tries {

Task<std::vector<FailedOperatorTries>> load(db::SystemSession session, std::vector<std::string> keys) {
    const auto rows = co_await session.run("SELECT key, failures, last, memory FROM operator_try WHERE key = ANY($1)",
                                           std::move(db::Params().textArray(keys)));
    std::vector<FailedOperatorTries> all;
    for (std::size_t i = 0; i < rows.rows(); ++i)
        all.push_back({std::string(rows.text(i, 0)), rows.int8(i, 1), rows.timestamp(i, 2), rows.int8(i, 3)});
    co_return all;
}

Task<void> add(db::SystemSession session, std::vector<FailedOperatorTries> rows, Timestamp now) {
    std::vector<std::string> keys;
    std::vector<std::int64_t> memories;
    for (auto& row : rows) {
        keys.push_back(std::move(row.key));
        memories.push_back(row.memory);
    }
    db::Params params;
    params.textArray(keys).int8Array(memories).timestamp(now);
    // In the order of keys, so that two servers never wait for each other.
    co_await session.run(
        "INSERT INTO operator_try AS f (key, failures, last, memory)"
        " SELECT k.key, 1, $3, k.memory FROM unnest($1::text[], $2::int8[]) AS k(key, memory) ORDER BY k.key"
        " ON CONFLICT (key) DO UPDATE SET failures = least(1000000, 1 + f.failures - floor(f.failures"
        " * least(1, greatest(0, extract(epoch FROM excluded.last - f.last)) / f.memory))), last = greatest(f.last, excluded.last),"
        " memory = excluded.memory",
        std::move(params));
}

Task<void> forget(db::SystemSession session, std::vector<std::string> keys) {
    co_await session.run("DELETE FROM operator_try WHERE key = ANY($1)", std::move(db::Params().textArray(keys)));
}

Task<void> tidy(db::SystemSession session, Timestamp now) {
    co_await session.run("DELETE FROM operator_try WHERE last + memory * interval '1 second' < $1", std::move(db::Params().timestamp(now)));
    co_await session.run("DELETE FROM operator_try WHERE key IN (SELECT key FROM operator_try ORDER BY last DESC OFFSET $1)",
                         std::move(db::Params().int8(mostRows)));
}

}  // namespace polyclinic::accounts::operator_tries
