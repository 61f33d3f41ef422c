#include "http/connection_table.h"

#include <algorithm>

#include "base/random.h"
#include "http/connection.h"

namespace polyclinic::http {
namespace {

/// A quarter of the shortest time that must be kept, and no finer than a clinic would notice.
std::chrono::milliseconds sweepPeriod(const Limits& limits) {
    const auto shortest = std::min({limits.headerTimeout, limits.idleTimeout, limits.requestTimeout, limits.slowWindow});
    return std::clamp(shortest / 4, std::chrono::milliseconds(10), std::chrono::milliseconds(250));
}

}  // namespace

ConnectionTable::ConnectionTable(Loop& loop, std::shared_ptr<Shared> shared)
    : loop_(loop), shared_(std::move(shared)), sweepEvery_(sweepPeriod(shared_->limits)), idSeed_(randomU64()) {}

ConnectionTable::~ConnectionTable() = default;

void ConnectionTable::adopt(Accepted accepted) {
    auto connection = std::make_shared<Connection>(shared_from_this(), shared_, std::move(accepted));
    connection->slot = connections_.size();
    connections_.push_back(connection);
    if (!sweeping_) armSweep();
    spawn(Connection::serve(std::move(connection)));
}

void ConnectionTable::remove(Connection& connection) {
    const auto slot = connection.slot;
    connections_.back()->slot = slot;
    std::swap(connections_[slot], connections_.back());
    connections_.pop_back();
}

bool ConnectionTable::dropLongestIdle(const std::string* network) {
    std::shared_ptr<Connection> oldest;
    for (const auto& connection : connections_)
        if (connection->droppable() && (!network || connection->network() == *network) &&
            (!oldest || connection->since() < oldest->since()))
            oldest = connection;
    if (oldest) oldest->cut();
    return oldest != nullptr;
}

void ConnectionTable::closeIdle() {
    const auto all = connections_;
    for (const auto& connection : all)
        if (connection->idle()) connection->cut();
}

void ConnectionTable::cutAll() {
    const auto all = connections_;
    for (const auto& connection : all) connection->cut();
}

void ConnectionTable::cutAllOf(std::uint16_t port) {
    const auto all = connections_;
    for (const auto& connection : all)
        if (connection->port() == port) connection->cut();
}

void ConnectionTable::armSweep() {
    sweeping_ = true;
    sweeper_ = loop_.after(sweepEvery_, [table = weak_from_this()] {
        if (const auto self = table.lock()) self->sweep();
    });
}

void ConnectionTable::sweep() {
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::pair<std::shared_ptr<Connection>, Connection::Due>> all;
    for (const auto& connection : connections_)
        if (const auto due = connection->due(now); due != Connection::Due::nothing) all.emplace_back(connection, due);
    for (const auto& [connection, due] : all) due == Connection::Due::timeOver ? connection->expire() : connection->tellGone();
    sweeping_ = false;
    if (!connections_.empty()) armSweep();
}

const std::string& ConnectionTable::date() {
    const auto now = Clock::system().now();
    if (const auto second = now.micros / 1'000'000; second != dateSecond_) {
        dateSecond_ = second;
        date_ = toHttpDate(now);
    }
    return date_;
}

std::string ConnectionTable::nextId() {
    // A count, scrambled one to one (the finaliser of splitmix64) so that ids do not tell how busy the server
    // is.
    std::uint64_t x = idSeed_ + ++idCount_ * 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    x ^= x >> 31;
    std::string id(16, '0');
    for (int i = 15; i >= 0; --i, x >>= 4) id[i] = "0123456789abcdef"[x & 15];
    return id;
}

}  // namespace polyclinic::http
