// A listening socket: accepts, and deals the connections to the loops in turn.

#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "http/connection_table.h"

namespace polyclinic::http {

class Listener : public std::enable_shared_from_this<Listener> {
  public:
    using Tables = std::vector<std::shared_ptr<ConnectionTable>>;

    /// Binds and listens. Throws as Server::listen. Accepts once start() was called.
    Listener(const ListenSettings& settings, std::shared_ptr<const TlsContext> tls, Tables tables, std::shared_ptr<Shared> shared);
    ~Listener();

    std::uint16_t port() const;
    const ListenSettings& settings() const;
    /// Null for a plain listener. Any thread.
    std::shared_ptr<const TlsContext> tls() const { return tls_.load(); }
    /// For the handshakes to come. Any thread.
    void setTls(std::shared_ptr<const TlsContext> tls) { tls_.store(std::move(tls)); }
    /// The same, from other files; whoever reads settings().tls must be kept out meanwhile.
    void setTls(std::optional<TlsFiles> files, std::shared_ptr<const TlsContext> tls) {
        settings_.tls = std::move(files);
        setTls(std::move(tls));
    }
    /// For the connections to come. Any thread.
    void trust(const std::vector<std::string>& proxies) { proxies_.store(std::make_shared<const TrustedProxies>(proxies)); }

    // On the first table's loop.
    void start();
    void close();

  private:
    struct Impl;

    void acceptAll();
    void deal(Accepted accepted);

    ListenSettings settings_;
    std::atomic<std::shared_ptr<const TrustedProxies>> proxies_;
    std::atomic<std::shared_ptr<const TlsContext>> tls_;
    Tables tables_;
    std::shared_ptr<Shared> shared_;
    std::unique_ptr<Impl> impl_;
    std::size_t next_ = 0;
    Loop::Timer pause_;
    std::uint16_t port_ = 0;
};

}  // namespace polyclinic::http
