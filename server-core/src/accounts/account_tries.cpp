#include "accounts/account_tries.h"

#include "accounts/account_service_parts.h"
#include "accounts/try_networks.h"
#include "accounts/try_store.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/log.h"

namespace polyclinic::accounts {
namespace {

using namespace std::chrono_literals;

// Kinds of counters, the first letters of their keys.
constexpr char ofAccount = 'a', ofAccountHere = 'p', ofNetwork = 'n', ofDeviceKind = 'd', ofCodesHere = 'c';

// Ten wrong passwords of one account from one household, then a wait that grows to two minutes.
constexpr TryLimit herePatience{10, 10s, 1.5, 120s, 15min};
// All unknown browsers together: guessing from many networks is slowed down, and the owner of a new phone waits a minute at most.
constexpr TryLimit accountPatience{150, 10s, 1.1, 60s, 1h};
// All accounts of one household: a waiting room shares one address.
constexpr TryLimit networkPatience{100, 10s, 1.1, 60s, 15min};
constexpr TryLimit codesPatience{50, 10s, 1.1, 60s, 15min};

constexpr unsigned tidyEvery = 64;

TryLimit scaled(TryLimit limit, unsigned hundredth) {
    limit.free = limit.free * hundredth / 100;
    return limit;
}

bool isNetwork(const std::string& key) { return key[0] == ofNetwork || key[0] == ofCodesHere; }

std::vector<std::string> keysOf(const PersonTry& tried) {
    std::vector<std::string> keys;
    for (const auto& counter : tried.counters) keys.push_back(counter.key);
    return keys;
}

std::vector<CountedTries> countedOf(std::vector<FailedTries> rows) {
    std::vector<CountedTries> counted;
    for (auto& row : rows) counted.push_back({std::move(row.key), row.failures, row.last});
    return counted;
}

TryLimit limitOf(char kind) {
    switch (kind) {
        case ofAccount:
            return accountPatience;
        case ofNetwork:
            return networkPatience;
        case ofCodesHere:
            return codesPatience;
        default:
            return herePatience;
    }
}

}  // namespace

std::string PeopleTries::mac(const tenancy::RealmSession& session, std::string_view what, std::string_view who) const {
    std::string text(session.realm());
    text += '|' + std::to_string(session.tenant().number()) + '|';
    text += what;
    text += '|';
    text += who;
    return base64UrlEncode(vault_.mac("failed-tries", text)).substr(0, 20);
}

void PeopleTries::addNetworks(PersonTry& tried, char kind, const TryLimit& limit, const tenancy::RealmSession& session,
                              std::string_view peer, std::string_view account) const {
    for (const auto& network : networksOf(peer)) {
        std::string key(1, kind);
        key += account;
        key += '.';
        key += mac(session, "network", network.name);
        tried.counters.push_back({std::move(key), scaled(limit, network.hundredth)});
    }
}

PersonTry PeopleTries::ofPassword(const tenancy::RealmSession& session, std::string_view usernameKey, std::string_view peer) const {
    PersonTry tried;
    tried.account = mac(session, "account", usernameKey);
    tried.counters.push_back({ofAccount + tried.account, accountPatience});
    addNetworks(tried, ofAccountHere, herePatience, session, peer, tried.account);
    addNetworks(tried, ofNetwork, networkPatience, session, peer, {});
    return tried;
}

PersonTry PeopleTries::ofDevice(const tenancy::RealmSession& session, std::string_view usernameKey, std::string_view hash) const {
    PersonTry tried;
    tried.account = mac(session, "account", usernameKey);
    std::string key = ofDeviceKind + tried.account + '.' + mac(session, "device", hash);
    tried.counters.push_back({std::move(key), herePatience});
    return tried;
}

PersonTry PeopleTries::ofCode(const tenancy::RealmSession& session, std::string_view peer) const {
    PersonTry tried;
    addNetworks(tried, ofCodesHere, codesPatience, session, peer, {});
    return tried;
}

Task<void> PeopleTries::begin(const tenancy::RealmSession& session, const PersonTry& tried) {
    // Who has to wait already costs the database nothing.
    if (const auto wait = tries_.wait(tried.counters)) throw tooManyTries(*wait);
    auto keys = keysOf(tried);
    auto rows = co_await tries::load(session, std::move(keys));
    tries_.learn(tried.counters, countedOf(std::move(rows)));
    if (const auto wait = tries_.begin(tried.counters)) throw tooManyTries(*wait);
}

Task<void> PeopleTries::failed(const tenancy::RealmSession& session, const PersonTry& tried) {
    tries_.failed(tried.counters);
    std::vector<FailedTries> rows;
    for (const auto& counter : tried.counters)
        rows.push_back({counter.key, isNetwork(counter.key) ? std::string() : tried.account, 0, {}, counter.limit.memory.count()});
    const auto now = clock_.now();
    try {
        co_await tries::add(session, std::move(rows), now);
        if (++kept_ % tidyEvery == 0) co_await tries::tidy(session, now);
    } catch (const Failure& failure) {
        // Counted in memory all the same.
        log::warn("a failed try was not written down: {}", failure.logMessage());
    }
}

Task<void> PeopleTries::proved(const tenancy::RealmSession& session, const PersonTry& tried) {
    tries_.withdrawn(tried.counters);
    std::vector<std::string> keys;
    for (const auto& counter : tried.counters) {
        const char kind = counter.key[0];
        if (kind != ofDeviceKind && kind != ofAccountHere) continue;
        keys.push_back(counter.key);
        tries_.forget(counter.key);
        if (kind == ofAccountHere) break;  // the household; what its neighbours did stays
    }
    if (keys.empty()) co_return;
    co_await tries::forget(session, std::move(keys));
}

Task<void> PeopleTries::forget(const tenancy::RealmSession& session, std::string_view usernameKey) {
    const auto account = mac(session, "account", usernameKey);
    for (const char kind : {ofAccount, ofAccountHere, ofDeviceKind}) tries_.forgetAll(kind + account);
    co_await tries::forgetAccount(session, account);
}

Task<void> PeopleTries::learn(const tenancy::RealmSession& session, const std::vector<std::string>& usernameKeys) {
    std::vector<std::string> accounts;
    for (const auto& key : usernameKeys) accounts.push_back(mac(session, "account", key));
    auto rows = co_await tries::ofAccounts(session, std::move(accounts));
    // A bigger network's share is not known from its key; the household's is the strictest, and right for the owner's own.
    std::vector<TryCounter> counters;
    for (const auto& row : rows) counters.push_back({row.key, limitOf(row.key[0])});
    tries_.learn(counters, countedOf(std::move(rows)));
}

bool PeopleTries::slows(const tenancy::RealmSession& session, std::string_view usernameKey) const {
    const auto account = mac(session, "account", usernameKey);
    return tries_.slows(ofAccount + account) || tries_.slows(ofAccountHere + account);
}

}  // namespace polyclinic::accounts
