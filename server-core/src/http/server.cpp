#include "http/server.h"

#include <sys/resource.h>

#include <algorithm>
#include <future>
#include <mutex>

#include "base/log.h"
#include "http/listener.h"
#include "http/tls.h"

namespace polyclinic::http {
namespace {

/// The usual soft limit of 1,024 open files would end at 1,024 connections.
void raiseFileLimit(std::size_t connections) {
    rlimit limit{};
    const rlim_t wanted = connections + 512;
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
    limit.rlim_cur = std::min(limit.rlim_max, wanted);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < wanted) log::warn("the system allows only {} open files and connections", limit.rlim_cur);
}

}  // namespace

struct Server::Impl {
    std::shared_ptr<Shared> shared;
    Listener::Tables tables;
    mutable std::mutex mutex;  // of listeners
    std::vector<std::shared_ptr<Listener>> listeners;
    bool stopped = false;

    template <class Work>
    void onEachTable(Work work) {
        for (const auto& table : tables) table->loop().post([table, work] { work(*table); });
    }
};

Server::Server(std::span<Loop* const> loops, Application& application, Limits limits) : impl_(std::make_unique<Impl>()) {
    raiseFileLimit(limits.connections);
    impl_->shared = std::make_shared<Shared>(application, limits);
    for (Loop* loop : loops) impl_->tables.push_back(std::make_shared<ConnectionTable>(*loop, impl_->shared));
}

Server::~Server() { stop(std::chrono::milliseconds(0)); }

std::uint16_t Server::listen(const ListenSettings& settings) {
    const auto tls = settings.tls ? loadTls(*settings.tls) : nullptr;
    const auto listener = std::make_shared<Listener>(settings, tls, impl_->tables, impl_->shared);
    impl_->tables.front()->loop().post([listener] { listener->start(); });
    std::lock_guard lock(impl_->mutex);
    impl_->listeners.push_back(listener);
    return listener->port();
}

void Server::close(std::uint16_t port) {
    std::shared_ptr<Listener> listener;
    {
        std::lock_guard lock(impl_->mutex);
        const auto found =
            std::find_if(impl_->listeners.begin(), impl_->listeners.end(), [port](const auto& one) { return one->port() == port; });
        if (found == impl_->listeners.end()) return;
        listener = *found;
        impl_->listeners.erase(found);
    }
    std::promise<void> closed;
    impl_->tables.front()->loop().post([listener, &closed] {
        listener->close();
        closed.set_value();
    });
    closed.get_future().wait();
    impl_->onEachTable([port](ConnectionTable& table) { table.cutAllOf(port); });
}

void Server::setTls(std::uint16_t port, std::optional<TlsFiles> files) {
    auto tls = files ? loadTls(*files) : nullptr;
    std::lock_guard lock(impl_->mutex);
    for (const auto& listener : impl_->listeners)
        if (listener->port() == port) listener->setTls(std::move(files), std::move(tls));
}

void Server::trust(const std::vector<std::string>& proxies) {
    std::lock_guard lock(impl_->mutex);
    for (const auto& listener : impl_->listeners)
        if (listener->settings().listener == ListenerKind::clinics) listener->trust(proxies);
}

void Server::reloadCertificates() {
    std::lock_guard lock(impl_->mutex);
    std::vector<std::pair<Listener*, std::shared_ptr<const TlsContext>>> fresh;
    for (const auto& listener : impl_->listeners)
        if (listener->settings().tls) fresh.emplace_back(listener.get(), loadTls(*listener->settings().tls));
    for (auto& [listener, tls] : fresh) listener->setTls(std::move(tls));
}

std::vector<CertificateStatus> Server::certificates() const {
    std::lock_guard lock(impl_->mutex);
    std::vector<CertificateStatus> all;
    for (const auto& listener : impl_->listeners)
        if (const auto tls = listener->tls()) all.push_back(tls->certificate);
    return all;
}

void Server::stop(std::chrono::milliseconds deadline) {
    if (std::exchange(impl_->stopped, true)) return;
    impl_->shared->draining = true;
    {
        std::lock_guard lock(impl_->mutex);
        for (const auto& listener : impl_->listeners) impl_->tables.front()->loop().post([listener] { listener->close(); });
    }
    impl_->onEachTable([](ConnectionTable& table) { table.closeIdle(); });
    const auto end = std::chrono::steady_clock::now() + deadline;
    if (impl_->shared->waitUntilEmpty(end)) return;
    impl_->onEachTable([](ConnectionTable& table) { table.cutAll(); });
    // Only a loop that no longer runs keeps us waiting here.
    if (!impl_->shared->waitUntilEmpty(std::chrono::steady_clock::now() + std::chrono::seconds(2)))
        log::warn("connections were left open: their loop does not run any more");
}

const Counters& Server::counters() const { return impl_->shared->counters; }

}  // namespace polyclinic::http
