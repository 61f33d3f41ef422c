// What was found out about a token, remembered for a second.

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "access/token_cache_epoch.h"
#include "base/clock.h"

namespace polyclinic::authorization_server {

/// Valid tokens only. A change in this process ends all of them at once (access/token_cache_epoch.h); one in another
/// process is seen after `life`. Keys begin with tenant and realm, so no token of one is ever found by another.
/// `CachedToken` has a member `expires`. Any thread.
template <class CachedToken>
class TokenCache {
  public:
    explicit TokenCache(const Clock& clock, std::chrono::milliseconds life = std::chrono::seconds(1), std::size_t most = 10'000)
        : clock_(clock), life_(life), most_(most) {}

    static std::string key(std::int32_t tenant, std::string_view realm, std::string_view tokenHash) {
        std::string key(reinterpret_cast<const char*>(&tenant), sizeof tenant);
        key += realm;
        key += '|';
        key += tokenHash;
        return key;
    }

    /// Null when there is none.
    std::shared_ptr<const CachedToken> find(const std::string& key) const {
        const Timestamp now = clock_.now();
        std::lock_guard lock(mutex_);
        const auto found = entries_.find(key);
        if (found == entries_.end()) return nullptr;
        const Entry& entry = found->second;
        const auto age = now - entry.since;
        if (entry.epoch != access::tokenCacheEpoch() || age.count() < 0 || age >= life_ || entry.cachedToken->expires <= now)
            return nullptr;
        return entry.cachedToken;
    }

    /// `epoch`: access::tokenCacheEpoch() as it was before the look-up.
    void put(const std::string& key, std::shared_ptr<const CachedToken> cachedToken, std::uint64_t epoch) {
        const Timestamp now = clock_.now();
        std::lock_guard lock(mutex_);
        if (entries_.size() >= most_) std::erase_if(entries_, [&](const auto& entry) { return now - entry.second.since >= life_; });
        if (entries_.size() >= most_) entries_.clear();
        entries_.insert_or_assign(key, Entry{std::move(cachedToken), now, epoch});
    }

  private:
    struct Entry {
        std::shared_ptr<const CachedToken> cachedToken;
        Timestamp since;
        std::uint64_t epoch;
    };
    const Clock& clock_;
    const std::chrono::milliseconds life_;
    const std::size_t most_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Entry> entries_;
};

}  // namespace polyclinic::authorization_server
