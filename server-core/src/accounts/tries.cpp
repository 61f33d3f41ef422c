#include "accounts/tries.h"

#include <algorithm>
#include <cmath>

namespace polyclinic::accounts {
namespace {

constexpr char networkKind = 'n';  // what its keys begin with

std::chrono::microseconds waitAfter(const TryLimit& limit, std::int64_t failures) {
    const double seconds = double(limit.first.count()) * std::pow(limit.growth, double(failures - std::int64_t(limit.free)));
    return std::chrono::microseconds(std::int64_t(std::min(seconds, double(limit.longest.count())) * 1e6));
}

}  // namespace

std::int64_t Tries::leftOf(std::int64_t failures, Timestamp last, std::chrono::seconds memory, Timestamp now) {
    const double age = double((now - last).count()) / double(std::chrono::microseconds(memory).count());
    if (age >= 1) return 0;
    if (age <= 0) return failures;
    return failures - std::int64_t(std::floor(double(failures) * age));
}

Tries::Window& Tries::windowOf(const TryCounter& counter) {
    auto& window = windows_[counter.key];
    window.limit = counter.limit;
    return window;
}

std::optional<int> Tries::waitOf(std::span<const TryCounter> counters, Timestamp now) const {
    std::chrono::microseconds wait{0};
    for (const auto& counter : counters) {
        const auto found = windows_.find(counter.key);
        if (found == windows_.end()) continue;
        const auto& window = found->second;
        const auto failures = window.left(now) + window.underWay;
        if (failures < std::int64_t(counter.limit.free)) continue;
        // A clock that was set back holds nobody longer than the wait itself.
        const Timestamp since = window.underWay > 0 ? now : std::min(window.last, now);
        wait = std::max(wait, since + waitAfter(counter.limit, failures) - now);
    }
    if (wait.count() <= 0) return std::nullopt;
    return std::max(1, int(std::chrono::ceil<std::chrono::seconds>(wait).count()));
}

std::optional<int> Tries::wait(std::span<const TryCounter> counters) const {
    std::lock_guard lock(mutex_);
    return waitOf(counters, clock_.now());
}

std::optional<int> Tries::begin(std::span<const TryCounter> counters) {
    std::lock_guard lock(mutex_);
    const Timestamp now = clock_.now();
    makeRoom(now);
    if (const auto wait = waitOf(counters, now)) return wait;
    for (const auto& counter : counters) ++windowOf(counter).underWay;
    return std::nullopt;
}

void Tries::failed(std::span<const TryCounter> counters) {
    std::lock_guard lock(mutex_);
    const Timestamp now = clock_.now();
    for (const auto& counter : counters) {
        auto& window = windowOf(counter);
        window.underWay = std::max<std::int64_t>(0, window.underWay - 1);
        window.failures = window.left(now) + 1;
        window.last = now;
    }
}

void Tries::withdrawn(std::span<const TryCounter> counters) {
    std::lock_guard lock(mutex_);
    for (const auto& counter : counters) {
        auto& window = windowOf(counter);
        window.underWay = std::max<std::int64_t>(0, window.underWay - 1);
    }
}

void Tries::learn(std::span<const TryCounter> counters, std::span<const CountedTries> counted) {
    std::lock_guard lock(mutex_);
    const Timestamp now = clock_.now();
    for (const auto& row : counted) {
        const auto counter = std::find_if(counters.begin(), counters.end(), [&](const auto& each) { return each.key == row.key; });
        if (counter == counters.end()) continue;
        auto& window = windowOf(*counter);
        const auto known = window.left(now), publicMessage = leftOf(row.failures, row.last, counter->limit.memory, now);
        if (publicMessage < known || (publicMessage == known && row.last <= window.last)) continue;
        window.failures = row.failures;
        window.last = row.last;
    }
}

void Tries::forget(std::string_view key) {
    std::lock_guard lock(mutex_);
    if (const auto found = windows_.find(key); found != windows_.end()) windows_.erase(found);
}

void Tries::forgetAll(std::string_view prefix) {
    std::lock_guard lock(mutex_);
    for (auto entry = windows_.lower_bound(prefix); entry != windows_.end() && entry->first.starts_with(prefix);)
        entry = windows_.erase(entry);
}

bool Tries::slows(std::string_view prefix) const {
    std::lock_guard lock(mutex_);
    const Timestamp now = clock_.now();
    for (auto entry = windows_.lower_bound(prefix); entry != windows_.end() && entry->first.starts_with(prefix); ++entry)
        if (entry->second.left(now) >= std::int64_t(entry->second.limit.free)) return true;
    return false;
}

void Tries::makeRoom(Timestamp now) {
    constexpr std::size_t ofOneTry = 16;
    if (windows_.size() + ofOneTry <= entries_) return;
    std::erase_if(windows_, [&](const auto& entry) { return entry.second.underWay == 0 && entry.second.left(now) == 0; });
    // Still full: half of what counts single accounts goes; the counts by network, which a flood runs into, stay.
    bool other = false;
    if (windows_.size() + ofOneTry > entries_)
        std::erase_if(windows_,
                      [&](const auto& entry) { return entry.second.underWay == 0 && entry.first[0] != networkKind && (other = !other); });
    if (windows_.size() + ofOneTry > entries_) windows_.clear();
}

std::size_t Tries::size() const {
    std::lock_guard lock(mutex_);
    return windows_.size();
}

}  // namespace polyclinic::accounts
