// The HTTP/1.1 server: listeners, connections, limits, deadlines, TLS. One coroutine a connection, on one loop.

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/loop.h"
#include "base/task.h"
#include "http/message.h"

namespace polyclinic::http {

/// Every one configurable.
struct Limits {
    std::size_t headerBytes = 16 * 1024;
    std::size_t headerCount = 100;
    std::size_t targetBytes = 8 * 1024;
    std::chrono::milliseconds headerTimeout{30'000};   // from first byte to the end of the head
    std::chrono::milliseconds idleTimeout{75'000};     // between requests of a kept connection
    std::chrono::milliseconds requestTimeout{30'000};  // the handler
    std::size_t slowestBytesPerSecond = 1024;          // reading a body and writing an answer...
    std::chrono::milliseconds slowWindow{30'000};      // ...measured over this long, again and again
    std::size_t bodyBytes = 256 << 20;                 // of all bodies in memory; beyond it 503
    std::size_t bodyBytesPerPeer = 128 << 20;          // likewise from one address, of IPv6 from one /64
    std::chrono::seconds wholeBody{600};               // a body that holds much must come faster: all of it in this time
    std::size_t connections = 10'000;                  // beyond it the longest idle of whom has most is dropped for a new one
    std::size_t connectionsPerPeer = 2'000;            // of IPv6 from one /64
};

/// What the application says about a request whose head has come and whose body has not.
struct Admission {
    std::size_t bodyLimit = 10 << 20;
    std::optional<Response> refusal;      // answered at once, without reading the body
    std::shared_ptr<const void> found{};  // handed to the handler as Request::admitted
};

/// The rest of the house, as the HTTP server sees it.
class Application {
  public:
    virtual ~Application() = default;
    /// Of a request with a body only, before any of it is read (and before 100 Continue is sent): who asks what is
    /// judged from the head. On the connection's loop. Must not throw; a thrown exception becomes fault(500).
    virtual Task<Admission> admit(const Request& request) = 0;
    /// On the connection's loop. Must not throw; a thrown exception becomes fault(500).
    virtual Task<Response> handle(Request request) = 0;
    /// The answer to what cannot be handed on: framing faults 400, limits 413 414 431, deadline 408 or 503, 500.
    virtual Response fault(int status, std::string_view reason, std::string_view requestId) = 0;
};

struct TlsFiles {
    std::string certificate;  // PEM, chain included
    std::string key;          // PEM
};

struct ListenSettings {
    std::string address = "127.0.0.1";  // IPv4 or IPv6 literal
    std::uint16_t port = 0;             // 0: a free one
    ListenerKind listener = ListenerKind::clinics;
    std::optional<TlsFiles> tls;
    /// Whose X-Forwarded-For is believed, see TrustedProxies.
    std::vector<std::string> trustedProxies{};
    bool proxiesOnly = false;  // connections of others are closed
};

/// The certificate that a listener shows.
struct CertificateStatus {
    std::string file;
    Timestamp expires;
};

struct Counters {
    std::atomic<std::uint64_t> connectionsOpen{0}, connectionsAccepted{0}, requests{0}, bytesIn{0}, bytesOut{0};
    std::atomic<std::uint64_t> framingFaults{0}, requestsUnderWay{0};
};

class Server {
  public:
    /// `loops` are running or will be; they and `application` outlive the server.
    Server(std::span<Loop* const> loops, Application& application, Limits limits = {});
    ~Server();

    /// Opens a listener and answers its port. Throws Failure(conflict) when the port is taken (`publicMessage` names the
    /// owning process where the system lets us see it), Failure(unprocessable) for a certificate that does not
    /// parse, has expired or does not fit its key, or for a trusted proxy that is no address. No SO_REUSEPORT: a second
    /// server must notice. Accepted connections are dealt to the loops in turn. Call from a thread that runs no loop.
    std::uint16_t listen(const ListenSettings& settings);

    /// Closes the listener of `port`: at once, with every connection that came through it. Nothing for a port that is
    /// not listened on. Call from a thread that runs no loop.
    void close(std::uint16_t port);

    /// What the listener of `port` shows from the next connection on; nothing: no TLS. Open connections go on.
    /// Throws as listen() and keeps what it had.
    void setTls(std::uint16_t port, std::optional<TlsFiles> files);

    /// Whose X-Forwarded-For the clinics' listeners believe from the next connection on, see TrustedProxies.
    void trust(const std::vector<std::string>& proxies);

    /// Reads the certificate files of all TLS listeners again; new handshakes use them, open connections go on.
    /// Throws as listen() and keeps the old ones.
    void reloadCertificates();

    /// One for each TLS listener. Any thread.
    std::vector<CertificateStatus> certificates() const;

    /// Closes the listeners and idle connections, lets requests under way finish until `deadline` from now, then
    /// cuts them. Blocks; call from a thread that runs no loop.
    void stop(std::chrono::milliseconds deadline);

    const Counters& counters() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace polyclinic::http
