// A socket in front of PostgreSQL's that loses connections at a chosen moment.

#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

namespace polyclinic::test {

class CuttingProxy {
  public:
    /// Listens as .s.PGSQL.5432 in a new folder below `home` and forwards to `target`.
    CuttingProxy(const std::filesystem::path& target, const std::filesystem::path& home) : folder_(home / "proxy"), target_(target) {
        std::filesystem::create_directory(folder_);
        listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto address = addressOf(folder_ / ".s.PGSQL.5432");
        if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(listener_, 64) != 0)
            throw std::runtime_error("the proxy cannot listen");
        acceptor_ = std::thread([this] { accept(); });
    }
    ~CuttingProxy() {
        ending_ = true;
        acceptor_.join();
        for (auto& thread : threads_) thread.join();
        close(listener_);
    }
    std::filesystem::path folder() const { return folder_; }

    void forward() { mode_ = Mode::forward; }
    /// What the client sends next still arrives; instead of the answer the connection ends.
    void swallowAnswer() { mode_ = Mode::swallow; }
    void cutNow() { mode_ = Mode::cut; }
    void cutAfter(std::chrono::microseconds delay) {
        cutAt_ = (std::chrono::steady_clock::now() + delay).time_since_epoch().count();
        mode_ = Mode::timed;
    }

  private:
    enum class Mode { forward, swallow, cut, timed };

    static sockaddr_un addressOf(const std::filesystem::path& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.string().copy(address.sun_path, sizeof address.sun_path - 1);
        return address;
    }

    void accept() {
        while (!ending_) {
            pollfd waiting{listener_, POLLIN, 0};
            if (::poll(&waiting, 1, 20) <= 0) continue;
            const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
            const auto address = addressOf(target_);
            if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
                close(client);
                close(server);
                continue;
            }
            threads_.emplace_back([this, client, server] { carry(client, server); });
        }
    }

    static bool copy(int from, int to) {
        char bytes[65536];
        const auto count = recv(from, bytes, sizeof bytes, 0);
        return count > 0 && send(to, bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
    }

    /// Cuts this connection now? A cut is for one connection that has something to say.
    bool cuts(bool fromServer) {
        const auto mode = mode_.load();
        if (mode == Mode::forward) return false;
        if (mode == Mode::swallow && !fromServer) return false;
        if (mode == Mode::timed && std::chrono::steady_clock::now().time_since_epoch().count() < cutAt_) return false;
        mode_ = Mode::forward;
        return true;
    }

    void carry(int client, int server) {
        for (bool open = true; open && !ending_;) {
            pollfd ends[2]{{client, POLLIN, 0}, {server, POLLIN, 0}};
            if (::poll(ends, 2, 20) <= 0) continue;
            if (open && ends[0].revents) open = !cuts(false) && copy(client, server);
            if (open && ends[1].revents) open = !cuts(true) && copy(server, client);
        }
        close(client);
        close(server);
    }

    std::filesystem::path folder_, target_;
    int listener_ = -1;
    std::atomic<Mode> mode_{Mode::forward};
    std::atomic<std::chrono::steady_clock::rep> cutAt_{0};
    std::atomic<bool> ending_{false};
    std::thread acceptor_;
    std::vector<std::thread> threads_;
};

}  // namespace polyclinic::test
