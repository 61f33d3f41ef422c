#include "db/query_class_pool.h"

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

/// In places of the queue's turns: what is long to send is long to carry out.
std::size_t costOf(const Segment& segment) {
    std::size_t bytes = 0;
    for (const auto& statement : segment.statements) {
        bytes += statement.sql.size();
        for (const auto& entry : statement.params.entries()) bytes += entry.bytes ? entry.bytes->size() : 0;
    }
    return 1 + bytes / (32 << 10);
}

/// Enough that a connection never waits for its next statement, and that a neighbour's comes soon after.
constexpr std::size_t deepAmongOthers = 2;
constexpr std::size_t mostMet = 64;

}  // namespace

QueryClassPool::QueryClassPool(Loop& loop, const ConnectionSettings& settings, const PoolSizes& sizes, unsigned limit, std::size_t depth,
                               LoadCounters& load, LoopBudget* connectionBudget)
    : loop_(loop),
      settings_(settings),
      sizes_(sizes),
      limit_(std::max(1u, limit)),
      depth_(depth),
      load_(load),
      connectionBudget_(connectionBudget) {}

QueryClassPool::~QueryClassPool() {
    if (joined_) connectionBudget_->leave(*this);
    for (const auto& connection : connections_) connection->forgetOwner();
}

void QueryClassPool::submit(const std::shared_ptr<Segment>& segment) {
    if (closed_) throw connectionLost("closed");
    if (connectionBudget_ && !std::exchange(joined_, true)) connectionBudget_->join(*this);
    const auto now = Clock::now();
    if (downSince_ && now - *downSince_ > sizes_.waitAtMost) throw connectionLost("down");
    // Nobody fills the queue for others: where it is full, a tenant may still have as many wait as an equal share is.
    const auto tenant = segment->requester.tenant;
    meet(tenant, now);
    if (waiters_.size() >= sizes_.waiters && waiters_.sizeOf(tenant) >= sizes_.waiters / (met_.size() + 1))
        throw connectionLost("too many requests wait for a connection");
    waiters_.push(segment->requester, costOf(*segment), now, segment);
    pump();
}

void QueryClassPool::pump() {
    if (pumping_ || closed_) return;
    {
        const Raised pumping(pumping_);
        dropClosed();
        if (sendWaiting()) openWanted();
    }
    count();
    armSweep();
    if (connectionBudget_) connectionBudget_->settle();
}

void QueryClassPool::openWanted() {
    while (wantsMore()) {
        if (connectionBudget_ && !connectionBudget_->mayOpen(*this)) {
            // Without a place it does not learn that the database is back: the next who comes shall try.
            if (waiters_.empty()) downSince_.reset();
            return;
        }
        open();
    }
}

void QueryClassPool::dropClosed() {
    const auto is = [](Connection::State state) { return [state](const auto& connection) { return connection->state() == state; }; };
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
    if (forget(is(Connection::State::closed)) == 0) return;
    if (!anyReady && !downSince_) downSince_ = Clock::now();
    const auto pause = std::chrono::ceil<std::chrono::milliseconds>(connectAgainAt_ - Clock::now());
    reconnectTimer_ = loop_.after(pause, [this] { pump(); });
}

std::shared_ptr<Connection> QueryClassPool::freeConnection() const {
    std::shared_ptr<Connection> best;
    for (const auto& connection : connections_) {
        if (connection->state() != Connection::State::ready || connection->leased()) continue;
        if (connection->inFlight() >= depth_) continue;
        if (!best || connection->inFlight() < best->inFlight()) best = connection;
    }
    return best;
}

void QueryClassPool::meet(std::int32_t tenant, Clock::time_point now) {
    std::erase_if(met_, [&](const auto& each) { return each.first == tenant || now - each.second > sizes_.neighbourFor; });
    if (met_.size() < mostMet) met_.emplace_back(tenant, now);
}

bool QueryClassPool::mayGo(std::int32_t tenant, Clock::time_point now) const {
    if (connectionBudget_ || tenant == 0) return true;
    const bool alone = std::ranges::none_of(
        met_, [&](const auto& each) { return each.first != tenant && each.first != 0 && now - each.second <= sizes_.neighbourFor; });
    std::size_t most = depth_ > 1 ? depth_ * limit_ : limit_ - (limit_ > 2 ? 1 : 0);
    if (!alone) most = depth_ > 1 ? deepAmongOthers * limit_ : std::max<std::size_t>(1, limit_ / 2);
    std::size_t has = 0;
    for (const auto& connection : connections_)
        if (connection->state() == Connection::State::ready) has += connection->inFlightOf(tenant);
    return has < most;
}

bool QueryClassPool::sendWaiting() {
    const auto now = Clock::now();
    const FairQueue::MayGo may = [&](std::int32_t tenant) { return mayGo(tenant, now); };
    while (!waiters_.empty()) {
        if (connectionBudget_ && connectionBudget_->othersFirst(*this, waiters_.oldest())) return connectionBudget_->remember(*this), false;
        const auto connection = freeConnection();
        if (!connection) return true;
        const auto segment = waiters_.pop(may);
        if (!segment) return true;
        connection->send(segment);
    }
    return true;
}

/// One more while somebody waits or every connection works; while the database is away, one to find it again.
bool QueryClassPool::wantsMore() const {
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

template <class Is>
std::size_t QueryClassPool::forget(Is is) {
    const auto count = std::erase_if(connections_, is);
    if (connectionBudget_) connectionBudget_->closed(count);
    return count;
}

void QueryClassPool::open() {
    const auto connection = std::make_shared<Connection>(loop_, settings_, [this] { pump(); });
    connections_.push_back(connection);
    if (connectionBudget_) connectionBudget_->opened();
    try {
        connection->open();
    } catch (const std::exception& error) {
        connection->close(error.what());
    }
    if (connection->state() == Connection::State::closed) connectAgainAt_ = Clock::now() + firstPause;
}

std::shared_ptr<Connection> QueryClassPool::idlest() const {
    std::shared_ptr<Connection> found;
    for (const auto& each : connections_) {
        const bool idle = each->state() == Connection::State::ready && !each->leased() && each->inFlight() == 0;
        if (idle && (!found || each->lastUsed() < found->lastUsed())) found = each;
    }
    return found;
}

std::optional<Connection::Clock::time_point> QueryClassPool::idleSince(Clock::time_point asked) const {
    const bool spokenFor = pumping_ || (!waiters_.empty() && waiters_.oldest() <= asked);
    const auto connection = spokenFor ? nullptr : idlest();
    if (!connection) return std::nullopt;
    return connection->lastUsed();
}

void QueryClassPool::closeIdlest() {
    const auto connection = idlest();
    connection->forgetOwner();
    connection->close("idle");
    forget([&](const auto& each) { return each == connection; });
    count();
}

void QueryClassPool::abandon(const std::shared_ptr<Segment>& segment) {
    if (waiters_.remove(segment)) {
        segment->done.fail(std::make_exception_ptr(connectionLost("the peer went away")));
        return count();
    }
    if (depth_ == 1 && segment->connection) segment->connection->cancel();
}

void QueryClassPool::failWaiters(std::string_view reason, Clock::time_point olderThan) {
    for (const auto& segment : waiters_.removeOlderThan(olderThan)) segment->done.fail(std::make_exception_ptr(connectionLost(reason)));
}

void QueryClassPool::sweep() {
    sweeping_ = false;
    const auto now = Clock::now();
    failWaiters("no connection became free", now - sizes_.waitAtMost);
    std::size_t open = connections_.size();
    for (const auto& connection : connections_) {
        connection->closeIfStuck(now);
        const bool idle = connection->state() == Connection::State::ready && !connection->leased() && connection->inFlight() == 0;
        if (idle && open > kept() && now - connection->lastUsed() > sizes_.closeIdleAfter) {
            connection->forgetOwner();
            connection->close("idle");
            --open;
        }
    }
    // Those closed for idleness are no failure.
    forget([&](const auto& c) { return c->state() == Connection::State::closed && c->reason() == "idle"; });
    pump();
}

/// Looks after time limits while anything goes on, rarely otherwise, never with only those that stay.
void QueryClassPool::armSweep() {
    if (closed_) return;
    const bool active = !waiters_.empty() || downSince_ || std::any_of(connections_.begin(), connections_.end(), [](const auto& c) {
        return c->state() == Connection::State::connecting || c->leased() || c->inFlight() > 0;
    });
    if (!active && connections_.size() <= kept()) return;
    if (sweeping_ && !(active && seldom_)) return;  // one that comes soon enough is on its way
    const auto often = std::min(std::chrono::milliseconds(250), sizes_.waitAtMost / 2 + std::chrono::milliseconds(1));
    const auto seldom = std::chrono::duration_cast<std::chrono::milliseconds>(sizes_.closeIdleAfter) / 2;
    sweeping_ = true;
    seldom_ = !active;
    sweepTimer_ = loop_.after(active ? often : std::max(often, seldom), [this] { sweep(); });
}

void QueryClassPool::close() {
    closed_ = true;
    failWaiters("closed", Clock::time_point::max());
    for (const auto& connection : connections_) {
        connection->forgetOwner();
        connection->close("closed");
    }
    forget([](const auto&) { return true; });
    reconnectTimer_.cancel();
    sweepTimer_.cancel();
    count();
    if (!std::exchange(joined_, false)) return;
    connectionBudget_->leave(*this);
    connectionBudget_->settle();
}

void QueryClassPool::count() {
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
