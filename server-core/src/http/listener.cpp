#include "http/listener.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstring>

#include "base/failure.h"
#include "base/log.h"
#include "base/loop_asio.h"
#include "http/peer_owner.h"
#include "http/port_owner.h"

namespace polyclinic::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

[[noreturn]] void refuse(const ListenSettings& settings, int error) {
    const std::string port = std::to_string(settings.port);
    if (error == EADDRINUSE) {
        const auto owner = portOwner(settings.port);
        throw Failure(FailureKind::conflict, "Port " + port + " is used by " + (owner.empty() ? "another program" : owner) + ".");
    }
    if (error == EACCES) throw Failure(FailureKind::forbidden, "Port " + port + " needs more rights than this program has.");
    if (error == EADDRNOTAVAIL) throw Failure(FailureKind::unprocessable, "This computer has no address " + settings.address + ".");
    throw Failure(FailureKind::unavailable, "Port " + port + " cannot be opened: " + std::generic_category().message(error) + ".");
}

std::string peerText(const sockaddr_storage& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.ss_family == AF_INET) {
        ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text, sizeof text);
    } else if (address.ss_family == AF_INET6) {
        const auto& six = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&six))
            ::inet_ntop(AF_INET, six.s6_addr + 12, text, sizeof text);
        else
            ::inet_ntop(AF_INET6, &six, text, sizeof text);
    }
    return text;
}

}  // namespace

struct Listener::Impl {
    asio::basic_socket_acceptor<tcp, asio::io_context::executor_type> acceptor;
};

Listener::Listener(const ListenSettings& settings, std::shared_ptr<const TlsContext> tls, Tables tables, std::shared_ptr<Shared> shared)
    : settings_(settings),
      proxies_(std::make_shared<TrustedProxies>(settings.trustedProxies)),
      tls_(std::move(tls)),
      tables_(std::move(tables)),
      shared_(std::move(shared)),
      impl_(new Impl{asio::basic_socket_acceptor<tcp, asio::io_context::executor_type>(ioContext(tables_.front()->loop()))}) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(settings.address, error);
    if (error) throw Failure(FailureKind::unprocessable, settings.address + " is not an IP address.");
    const tcp::endpoint endpoint(address, settings.port);
    auto& acceptor = impl_->acceptor;
    acceptor.open(endpoint.protocol(), error);
    // Not SO_REUSEPORT: a second server on the same port must fail, not take every other connection.
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(1024, error);
    if (!error) acceptor.native_non_blocking(true, error);
    if (error) refuse(settings, error.value());
    port_ = acceptor.local_endpoint().port();
}

Listener::~Listener() = default;

std::uint16_t Listener::port() const { return port_; }
const ListenSettings& Listener::settings() const { return settings_; }

void Listener::start() {
    if (!impl_->acceptor.is_open()) return;
    impl_->acceptor.async_wait(tcp::acceptor::wait_read, [self = shared_from_this()](const boost::system::error_code& error) {
        if (!error) self->acceptAll();
    });
}

void Listener::close() {
    boost::system::error_code ignored;
    impl_->acceptor.close(ignored);
}

void Listener::acceptAll() {
    for (int i = 0; i < 64; ++i) {  // then the loop's other work has its turn
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        const int descriptor =
            ::accept4(impl_->acceptor.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) {
            if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) break;
            pollfd waiting{impl_->acceptor.native_handle(), POLLIN, 0};
            if (::poll(&waiting, 1, 0) == 0) break;  // the kernel says so before it looks whether anybody waits
            log::warn("no more connections can be accepted: {}", std::generic_category().message(errno));
            for (const auto& table : tables_) table->loop().post([table] { table->dropLongestIdle(nullptr); });
            pause_ = tables_.front()->loop().after(std::chrono::milliseconds(100), [self = weak_from_this()] {
                if (const auto listener = self.lock()) listener->start();
            });
            return;
        }
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        shared_->counters.connectionsAccepted.fetch_add(1, std::memory_order_relaxed);
        auto peer = peerText(address);
        auto proxies = proxies_.load();
        if (!proxies->contains(peer)) proxies.reset();
        if (settings_.proxiesOnly && !proxies) {
            ::close(descriptor);
            continue;
        }
        const auto owner = settings_.listener == ListenerKind::operators ? peerOwner(descriptor) : std::nullopt;
        deal({descriptor, std::move(peer), settings_.listener, tls(), std::move(proxies), port_, owner});
    }
    start();
}

namespace {

/// Ends an idle connection of whom has most, for one from `network`. Others give way only where those of the largest all
/// work, and never for one more of its own.
bool makeRoom(ConnectionTable& table, Shared& shared, const std::string& network) {
    const auto largest = shared.largest();
    return table.dropLongestIdle(&largest) || (network != largest && table.dropLongestIdle(nullptr));
}

/// Gives the connection to table `at`, or, when there are too many and none there can be dropped for it, to
/// the next.
void place(const Listener::Tables& tables, std::size_t at, std::size_t tried, Accepted accepted, const std::shared_ptr<Shared>& shared) {
    auto& loop = tables[at]->loop();
    loop.post([tables, at, tried, accepted = std::move(accepted), shared]() mutable {
        ConnectionTable& table = *tables[at];
        bool room = !shared->draining;
        // All clients behind a proxy share its address.
        const bool shares = accepted.proxies != nullptr;
        const auto network = accepted.network;
        auto ofNetwork = shares ? nullptr : shared->excessOf(network);
        if (room && ofNetwork) room = table.dropLongestIdle(&network);
        auto ofAll = shared->excess();
        if (room && ofAll) room = makeRoom(table, *shared, network);
        if (room) {
            table.adopt(std::move(accepted));
            // A loop that looked between the end of one here and the end of this claim saw one too few above the limit.
            ofNetwork.reset();
            ofAll.reset();
            if (!shares) ofNetwork = shared->excessOf(network);
            if (ofNetwork) table.dropLongestIdle(&network);
            ofAll = shared->excess();
            if (ofAll) makeRoom(table, *shared, network);
        } else if (!shared->draining && tried + 1 < tables.size()) {
            // Before the next loop looks: it would take this claim for room that is being made.
            ofNetwork.reset();
            ofAll.reset();
            place(tables, (at + 1) % tables.size(), tried + 1, std::move(accepted), shared);
        } else {
            ::close(accepted.descriptor);
            shared->leave(accepted.network);
        }
    });
}

}  // namespace

void Listener::deal(Accepted accepted) {
    shared_->enter(accepted.network);
    next_ = (next_ + 1) % tables_.size();
    place(tables_, next_, 0, std::move(accepted), shared_);
}

}  // namespace polyclinic::http
