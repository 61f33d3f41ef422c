#include "accounts/operator_tries.h"

#include <arpa/inet.h>

#include "accounts/operator_try_store.h"
#include "accounts/try_networks.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/log.h"

namespace polyclinic::accounts {
namespace {

using namespace std::chrono_literals;

constexpr TryLimit operatorPatience{10, 10s, 1.5, 120s, 15min};
constexpr TryLimit operatorAccountPatience{150, 10s, 1.1, 60s, 1h};
constexpr TryLimit operatorNetworkPatience{100, 10s, 1.1, 60s, 15min};
constexpr unsigned tidyOperatorsEvery = 64;

/// Names may be typed passwords: digests stand for them.
std::string digest(std::string_view what, std::string_view who) {
    std::string text(what);
    text += '|';
    text += who;
    return base64UrlEncode(sha256(text)).substr(0, 24);
}

bool isThisComputer(std::string_view peer) {
    const std::string text(peer);
    in_addr v4{};
    in6_addr v6{};
    if (::inet_pton(AF_INET, text.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
    return ::inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace

OperatorTries::Try OperatorTries::ofPassword(std::string_view usernameKey, std::string_view peer,
                                             std::optional<std::uint32_t> owner) const {
    const auto account = digest("operator", usernameKey);
    Try tried;
    if (isThisComputer(peer)) {
        const std::string who = owner ? "owner " + std::to_string(*owner) : std::string("somebody");
        tried.push_back({'p' + account + '.' + digest("process", who), operatorPatience});
        return tried;
    }
    tried.push_back({'a' + account, operatorAccountPatience});
    for (const auto& network : networksOf(peer)) {
        const auto where = digest("network", network.name);
        auto here = operatorPatience, all = operatorNetworkPatience;
        here.free = here.free * network.hundredth / 100;
        all.free = all.free * network.hundredth / 100;
        tried.push_back({'p' + account + '.' + where, here});
        tried.push_back({'n' + where, all});
    }
    return tried;
}

OperatorTries::Try OperatorTries::ofSignIn(std::string_view operatorId, std::string_view grantId) const {
    Try tried;
    tried.push_back({'d' + digest("operator id", operatorId) + '.' + digest("sign-in", grantId), operatorPatience});
    return tried;
}

Task<void> OperatorTries::begin(const Try& tried) {
    const auto refuse = [](int seconds) {
        throw Failure(FailureKind::tooManyRequests, "Too many tries failed. Wait before the next one.").withRetryAfter(seconds);
    };
    if (const auto wait = tries_.wait(tried)) refuse(*wait);
    std::vector<std::string> keys;
    for (const auto& counter : tried) keys.push_back(counter.key);
    auto rows = co_await operator_tries::load(db::SystemSession(directory_), std::move(keys));
    std::vector<CountedTries> counted;
    for (auto& row : rows) counted.push_back({std::move(row.key), row.failures, row.last});
    tries_.learn(tried, counted);
    if (const auto wait = tries_.begin(tried)) refuse(*wait);
}

Task<void> OperatorTries::failed(const Try& tried) {
    tries_.failed(tried);
    std::vector<FailedOperatorTries> rows;
    for (const auto& counter : tried) rows.push_back({counter.key, 0, {}, counter.limit.memory.count()});
    const auto now = clock_.now();
    try {
        co_await operator_tries::add(db::SystemSession(directory_), std::move(rows), now);
        if (++kept_ % tidyOperatorsEvery == 0) co_await operator_tries::tidy(db::SystemSession(directory_), now);
    } catch (const Failure& failure) {
        log::warn("a failed try was not written down: {}", failure.logMessage());
    }
}

Task<void> OperatorTries::proved(const Try& tried) {
    tries_.withdrawn(tried);
    std::vector<std::string> keys;
    for (const auto& counter : tried)
        if (counter.key[0] == 'd' || (counter.key[0] == 'p' && keys.empty())) {
            keys.push_back(counter.key);
            tries_.forget(counter.key);
        }
    co_await operator_tries::forget(db::SystemSession(directory_), std::move(keys));
}

}  // namespace polyclinic::accounts
