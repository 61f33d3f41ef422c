#include "db/lane_pool.h"

#include <algorithm>

#include "base/log.h"
#include "base/random.h"
#include "db/errors.h"

namespace polyclinic::db {
namespace {

constexpr std::chrono::milliseconds firstPause{20}, longestPause{1'000};

/// Doubles with every failure and is spread by half, so that many connections do not come at once.
std::chrono::milliseconds pauseAfter(unsigned failures) {
    const auto pause = std::min(longestPause, firstPause * (1 << std::min(failures, 10u)));
    return pause / 2 + std::chrono::milliseconds(randomU64() % (pause.count() / 2 + 1));
}

}  // namespace

LanePool::LanePool(Loop& loop, const ConnectionSettings& settings, const PoolSizes& sizes, unsigned limit,
                   std::size_t depth, LoadCounters& load)
    : loop_(loop), settings_(settings), sizes_(sizes), limit_(std::max(1u, limit)), depth_(depth), load_(load) {}

LanePool::~LanePool() {
    for (const auto& connection : connections_) connection->forgetOwner();
}

void LanePool::submit(const std::shared_ptr<Segment>& segment) {
    if (closed_) throw connectionLost("closed");
    const auto now = Clock::now();
    if (downSince_ && now - *downSince_ > sizes_.waitAtMost) throw connectionLost("down");
    if (waiters_.size() >= sizes_.waiters) throw connectionLost("too many requests wait for a connection");
    waiters_.push_back({segment, now});
    pump();
}

void LanePool::pump() {
    if (pumping_ || closed_) return;
    pumping_ = true;
    dropClosed();
    sendWaiting();
    while (wantsMore()) open();
    pumping_ = false;
    count();
    armSweep();
}

void LanePool::dropClosed() {
    const auto is = [](Connection::State state) {
        return [state](const auto& connection) { return connection->state() == state; };
    };
    const bool anyReady = std::any_of(connections_.begin(), connections_.end(), is(Connection::State::ready));
    if (anyReady) {
        if (downSince_) log::info("the database is back");
        downSince_.reset();
        failures_ = 0;
    }
    for (const auto& connection : connections_) {
        if (connection->state() != Connection::State::closed) continue;
        connection->forgetOwner();
        if (!downSince_) log::warn("a database connection ended: {}", connection->reason());
        if (!connection->everReady()) ++failures_;
        connectAgainAt_ = Clock::now() + pauseAfter(failures_);
    }
    if (std::erase_if(connections_, is(Connection::State::closed)) == 0) return;
    if (!anyReady && !downSince_) downSince_ = Clock::now();
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(connectAgainAt_ - Clock::now());
    reconnectTimer_ = loop_.after(pause, [this] { pump(); });
}

std::shared_ptr<Connection> LanePool::freeConnection() const {
    std::shared_ptr<Connection> best;
    for (const auto& connection : connections_) {
        if (connection->state() != Connection::State::ready || connection->leased()) continue;
        if (connection->inFlight() >= depth_) continue;
        if (!best || connection->inFlight() < best->inFlight()) best = connection;
    }
    return best;
}

void LanePool::sendWaiting() {
    while (!waiters_.empty()) {
        const auto connection = freeConnection();
        if (!connection) return;
        const auto segment = std::move(waiters_.front().segment);
        waiters_.pop_front();
        connection->send(segment);
    }
}

/// One more while somebody waits or every connection works; while the database is away, one to find it again.
bool LanePool::wantsMore() const {
    if (connections_.size() >= limit_ || Clock::now() < connectAgainAt_) return false;
    std::size_t connecting = 0, idle = 0;
    for (const auto& connection : connections_) {
        connecting += connection->state() == Connection::State::connecting;
        idle += connection->state() == Connection::State::ready && !connection->leased() && connection->inFlight() == 0;
    }
    if (downSince_) return connecting == 0;
    const bool allWork = depth_ > 1 && !connections_.empty() && idle == 0 && connecting == 0;
    return allWork || connecting < (depth_ > 1 ? std::min<std::size_t>(1, waiters_.size()) : waiters_.size());
}

void LanePool::open() {
    const auto connection = std::make_shared<Connection>(loop_, settings_, [this] { pump(); });
    connections_.push_back(connection);
    connection->open();
    if (connection->state() == Connection::State::closed) connectAgainAt_ = Clock::now() + firstPause;
}

void LanePool::abandon(const std::shared_ptr<Segment>& segment) {
    const auto waiting = std::find_if(waiters_.begin(), waiters_.end(), [&](const Waiter& w) { return w.segment == segment; });
    if (waiting != waiters_.end()) {
        waiters_.erase(waiting);
        segment->done.fail(std::make_exception_ptr(connectionLost("the peer went away")));
        return count();
    }
    if (depth_ == 1 && segment->connection) segment->connection->cancel();
}

void LanePool::failWaiters(std::string_view reason, Clock::time_point olderThan) {
    while (!waiters_.empty() && waiters_.front().since <= olderThan) {
        waiters_.front().segment->done.fail(std::make_exception_ptr(connectionLost(reason)));
        waiters_.pop_front();
    }
}

void LanePool::sweep() {
    sweeping_ = false;
    const auto now = Clock::now();
    failWaiters("no connection became free", now - sizes_.waitAtMost);
    std::size_t open = connections_.size();
    for (const auto& connection : connections_) {
        connection->closeIfStuck(now);
        const bool idle = connection->state() == Connection::State::ready && !connection->leased() && connection->inFlight() == 0;
        if (idle && open > 1 && now - connection->lastUsed() > sizes_.closeIdleAfter) {
            connection->forgetOwner();
            connection->close("idle");
            --open;
        }
    }
    // Those closed for idleness are no failure.
    std::erase_if(connections_, [&](const auto& c) { return c->state() == Connection::State::closed && c->reason() == "idle"; });
    pump();
}

/// Looks after time limits while anything goes on, rarely otherwise, never with one idle connection.
void LanePool::armSweep() {
    if (sweeping_ || closed_) return;
    const bool active = !waiters_.empty() || downSince_ ||
                        std::any_of(connections_.begin(), connections_.end(), [](const auto& c) {
                            return c->state() == Connection::State::connecting || c->leased() || c->inFlight() > 0;
                        });
    if (!active && connections_.size() < 2) return;
    const auto often = std::min(std::chrono::milliseconds(250), sizes_.waitAtMost / 2 + std::chrono::milliseconds(1));
    const auto seldom = std::chrono::duration_cast<std::chrono::milliseconds>(sizes_.closeIdleAfter) / 2;
    sweeping_ = true;
    sweepTimer_ = loop_.after(active ? often : std::max(often, seldom), [this] { sweep(); });
}

void LanePool::close() {
    closed_ = true;
    failWaiters("closed", Clock::time_point::max());
    for (const auto& connection : std::exchange(connections_, {})) {
        connection->forgetOwner();
        connection->close("closed");
    }
    reconnectTimer_.cancel();
    sweepTimer_.cancel();
    count();
}

void LanePool::count() {
    const auto publish = [](std::atomic<unsigned>& total, unsigned& counted, unsigned now) {
        total += now - counted;  // wraps to the right sum
        counted = now;
    };
    unsigned busy = 0;
    for (const auto& connection : connections_) busy += connection->leased() || connection->inFlight() > 0;
    publish(load_.open, countedOpen_, static_cast<unsigned>(connections_.size()));
    publish(load_.busy, countedBusy_, busy);
    publish(load_.waiting, countedWaiting_, static_cast<unsigned>(waiters_.size()));
}

}  // namespace polyclinic::db
