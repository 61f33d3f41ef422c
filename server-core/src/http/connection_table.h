// The connections of one loop: their deadlines, their end, and the small things they share.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "http/server.h"
#include "http/shared.h"
#include "http/tls.h"
#include "http/trusted_proxies.h"

namespace polyclinic::http {

class Connection;

/// A socket fresh from accept(), counted in Shared.
struct Accepted {
    int descriptor = -1;
    std::string peer;
    ListenerKind listener = ListenerKind::clinics;
    std::shared_ptr<const TlsContext> tls;            // null: plain
    std::shared_ptr<const TrustedProxies> proxies{};  // set where the peer is one of them
    std::uint16_t port = 0;                           // that it came to
    std::optional<std::uint32_t> peerOwner{};         // account of this computer, at the operators' door
    std::string network = networkOf(peer);            // that it counts on
};

/// All of it on the loop's thread. Its connections keep it alive.
class ConnectionTable : public std::enable_shared_from_this<ConnectionTable> {
  public:
    ConnectionTable(Loop& loop, std::shared_ptr<Shared> shared);
    ~ConnectionTable();

    Loop& loop() { return loop_; }

    void adopt(Accepted accepted);
    /// Ends the connection (from `network`, or any when null) that has been idle longest. False when none is.
    bool dropLongestIdle(const std::string* network);
    void closeIdle();
    void cutAll();
    void cutAllOf(std::uint16_t port);

    // For connections.
    void remove(Connection& connection);
    /// The present time as an IMF-fixdate.
    const std::string& date();
    /// A number that no other request of this process has.
    std::string nextId();

  private:
    void sweep();
    void armSweep();

    Loop& loop_;
    std::shared_ptr<Shared> shared_;
    std::vector<std::shared_ptr<Connection>> connections_;
    Loop::Timer sweeper_;
    bool sweeping_ = false;
    std::chrono::milliseconds sweepEvery_;
    std::string date_;
    std::int64_t dateSecond_ = -1;
    std::uint64_t idSeed_, idCount_ = 0;
};

}  // namespace polyclinic::http
