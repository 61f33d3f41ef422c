#include "accounts/throttle.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "base/encoding.h"

namespace polyclinic::accounts {
namespace {

/// One household has a whole /64 of IPv6 addresses.
std::string network(std::string_view address) {
    in6_addr v6{};
    if (inet_pton(AF_INET6, std::string(address).c_str(), &v6) != 1) return std::string(address);
    return hexEncode({reinterpret_cast<const char*>(v6.s6_addr), 8});
}

std::chrono::microseconds restOf(Timestamp start, std::chrono::seconds length, Timestamp now) { return length - (now - start); }

}  // namespace

struct Throttle::Keys {
    std::string pair, address, account;
    Keys(std::string_view account_, std::string_view address_) {
        // Digests: keys of one length, whatever was typed.
        const std::string who = sha256(account_), where = network(address_);
        pair = "p" + who + where;
        address = "n" + where;
        account = "a" + who;
    }
};

Throttle::Window& Throttle::windowOf(const std::string& key, const ThrottleLimit& limit, Timestamp now) {
    auto& window = windows_[key];
    const auto age = now - window.start;
    // A clock that was set back must not hold anyone for ever.
    if (age >= limit.window || age.count() < 0) {
        window.start = now;
        window.failures = 0;
    }
    window.length = limit.window;
    return window;
}

std::optional<int> Throttle::left(const Keys& keys, Timestamp now) {
    makeRoom(now);
    auto& pair = windowOf(keys.pair, limits_.pair, now);
    auto& network = windowOf(keys.address, limits_.address, now);
    auto& whole = windowOf(keys.account, limits_.account, now);
    std::chrono::microseconds wait{0};
    if (pair.failures >= limits_.pair.failures) wait = std::max(wait, restOf(pair.start, limits_.pair.window, now));
    if (network.failures >= limits_.address.failures) wait = std::max(wait, restOf(network.start, limits_.address.window, now));
    if (whole.failures >= limits_.account.failures && !pair.trusted)
        wait = std::max(wait, restOf(whole.start, limits_.account.window, now));
    if (wait.count() > 0 && (pair.failures >= limits_.pair.failures || whole.failures >= limits_.account.failures))
        whole.held = std::max(whole.held, now + wait);
    if (wait.count() > 0) return std::max(1, int(std::chrono::ceil<std::chrono::seconds>(wait).count()));
    return std::nullopt;
}

void Throttle::count(const Keys& keys, Timestamp now) {
    ++windowOf(keys.pair, limits_.pair, now).failures;
    ++windowOf(keys.address, limits_.address, now).failures;
    ++windowOf(keys.account, limits_.account, now).failures;
}

void Throttle::trust(const Keys& keys, Timestamp now) {
    auto& pair = windowOf(keys.pair, limits_.pair, now);
    pair.failures = 0;
    pair.trusted = true;
}

std::optional<int> Throttle::attempt(std::string_view account, std::string_view address) {
    const Keys keys(account, address);
    std::lock_guard lock(mutex_);
    const Timestamp now = clock_.now();
    if (const auto seconds = left(keys, now)) return seconds;
    count(keys, now);
    return std::nullopt;
}

std::optional<int> Throttle::failed(std::string_view account, std::string_view address) {
    const Keys keys(account, address);
    std::lock_guard lock(mutex_);
    const Timestamp now = clock_.now();
    if (const auto seconds = left(keys, now)) return seconds;
    count(keys, now);
    return std::nullopt;
}

void Throttle::proved(std::string_view account, std::string_view address) {
    const Keys keys(account, address);
    std::lock_guard lock(mutex_);
    trust(keys, clock_.now());
}

void Throttle::takeBack(const std::string& key) {
    const auto found = windows_.find(key);
    if (found != windows_.end() && found->second.failures > 0) --found->second.failures;
}

void Throttle::withdrawn(std::string_view account, std::string_view address) {
    const Keys keys(account, address);
    std::lock_guard lock(mutex_);
    takeBack(keys.pair);
    takeBack(keys.address);
    takeBack(keys.account);
}

void Throttle::succeeded(std::string_view account, std::string_view address) {
    const Keys keys(account, address);
    std::lock_guard lock(mutex_);
    takeBack(keys.address);
    takeBack(keys.account);
    trust(keys, clock_.now());
}

bool Throttle::holds(std::string_view account) const {
    const std::string key = Keys(account, {}).account;
    std::lock_guard lock(mutex_);
    const auto found = windows_.find(key);
    return found != windows_.end() && found->second.held > clock_.now();
}

void Throttle::forget(std::string_view account) {
    const Keys keys(account, {});
    const std::string pairs = "p" + keys.account.substr(1);
    std::lock_guard lock(mutex_);
    std::erase_if(windows_, [&](const auto& entry) { return entry.first == keys.account || entry.first.starts_with(pairs); });
}

void Throttle::makeRoom(Timestamp now) {
    if (windows_.size() + 3 <= limits_.entries) return;
    std::erase_if(windows_, [&](const auto& entry) { return !entry.second.trusted && now - entry.second.start >= entry.second.length; });
    // Still full: half of what counts single accounts goes; the counts by address, which a flood runs into, stay.
    bool other = false;
    if (windows_.size() + 3 > limits_.entries)
        std::erase_if(windows_, [&](const auto& entry) { return entry.first[0] != 'n' && (other = !other); });
    if (windows_.size() + 3 > limits_.entries) windows_.clear();
}

std::size_t Throttle::size() const {
    std::lock_guard lock(mutex_);
    return windows_.size();
}

}  // namespace polyclinic::accounts
