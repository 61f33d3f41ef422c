// What all connections of one server share, across its loops.

#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <unordered_map>

#include "http/server.h"

namespace polyclinic::http {

/// Connections hold it by shared pointer, so a handler that outlives the server finds its counters.
struct Shared {
    Shared(Application& app, const Limits& l) : application(app), limits(l) {}

    Application& application;
    const Limits limits;
    Counters counters;
    std::atomic<bool> draining{false};

    /// Counts a connection of `peer` in. Any thread, as enter's partners below.
    void enter(const std::string& peer) {
        std::lock_guard lock(mutex_);
        ++open_;
        ++peers_[peer];
        counters.connectionsOpen.store(open_, std::memory_order_relaxed);
    }
    void leave(const std::string& peer) {
        std::lock_guard lock(mutex_);
        --open_;
        if (const auto it = peers_.find(peer); --it->second == 0) peers_.erase(it);
        counters.connectionsOpen.store(open_, std::memory_order_relaxed);
        gone_.notify_all();
    }
    bool tooMany() const {
        std::lock_guard lock(mutex_);
        return open_ > limits.connections;
    }
    bool tooManyOf(const std::string& peer) const {
        std::lock_guard lock(mutex_);
        const auto it = peers_.find(peer);
        return it != peers_.end() && it->second > limits.connectionsPerPeer;
    }
    /// Blocks until no connection is open; false when `deadline` came first.
    bool waitUntilEmpty(std::chrono::steady_clock::time_point deadline) {
        std::unique_lock lock(mutex_);
        return gone_.wait_until(lock, deadline, [this] { return open_ == 0; });
    }

  private:
    mutable std::mutex mutex_;
    std::condition_variable gone_;
    std::size_t open_ = 0;
    std::unordered_map<std::string, std::size_t> peers_;
};

}  // namespace polyclinic::http
