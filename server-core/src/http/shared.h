// What all connections of one server share, across its loops.

#pragma once

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "http/body_budget.h"
#include "http/server.h"

namespace polyclinic::http {

/// Connections hold it by shared pointer, so a handler that outlives the server finds its counters.
struct Shared {
    Shared(Application& app, const Limits& l) : application(app), limits(l) {}

    Application& application;
    const Limits limits;
    Counters counters;
    const std::shared_ptr<BodyBudget> bodies = std::make_shared<BodyBudget>(limits.bodyBytes, limits.bodyBytesPerPeer);
    std::atomic<bool> draining{false};

    /// Counts a connection from `network` (networkOf) in. Any thread, as enter's partners below.
    void enter(const std::string& network) {
        std::lock_guard lock(mutex_);
        ++open_;
        ++networks_[network].open;
        counters.connectionsOpen.store(open_, std::memory_order_relaxed);
    }
    void leave(const std::string& network) {
        std::lock_guard lock(mutex_);
        --open_;
        if (const auto it = networks_.find(network); --it->second.open == 0) networks_.erase(it);
        counters.connectionsOpen.store(open_, std::memory_order_relaxed);
        gone_.notify_all();
    }
    /// One connection above a limit. While somebody holds it, ending one, no other loop ends another for it.
    using Excess = std::shared_ptr<const void>;
    /// Null when there are no more than there may be.
    Excess excess() {
        std::lock_guard lock(mutex_);
        return claim(open_, limits.connections, claimed_);
    }
    Excess excessOf(const std::string& network) {
        std::lock_guard lock(mutex_);
        const auto it = networks_.find(network);
        if (it == networks_.end()) return nullptr;
        if (!it->second.claimed) it->second.claimed = std::make_shared<std::size_t>(0);
        return claim(it->second.open, limits.connectionsPerPeer, it->second.claimed);
    }
    /// The network with most connections; empty where there is none.
    std::string largest() {
        std::lock_guard lock(mutex_);
        const auto most = std::ranges::max_element(networks_, {}, [](const auto& each) { return each.second.open; });
        return most == networks_.end() ? std::string() : most->first;
    }
    /// Blocks until no connection is open; false when `deadline` came first.
    bool waitUntilEmpty(std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        return gone_.wait_until(lock, deadline, [this] { return open_ == 0; });
    }

  private:
    struct Network {
        std::size_t open = 0;
        std::shared_ptr<std::size_t> claimed;
    };
    /// With the mutex held; it is taken again when the claim ends.
    Excess claim(std::size_t open, std::size_t limit, const std::shared_ptr<std::size_t>& claimed) {
        if (open - *claimed <= limit) return nullptr;
        ++*claimed;
        return Excess(claimed.get(), [this, claimed](const void*) {
            std::lock_guard lock(mutex_);
            --*claimed;
        });
    }

    std::mutex mutex_;
    std::condition_variable gone_;
    std::size_t open_ = 0;
    std::shared_ptr<std::size_t> claimed_ = std::make_shared<std::size_t>(0);
    std::unordered_map<std::string, Network> networks_;
};

}  // namespace polyclinic::http
