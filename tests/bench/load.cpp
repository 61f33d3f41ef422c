#include "load.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace polyclinic::bench {
namespace {

using Steady = std::chrono::steady_clock;

struct Peer {
    int socket = -1;
    bool waiting = false;
    std::string request, buffer;
    std::size_t sent = 0;
    Steady::time_point asked;
};

class Run {
  public:
    Run(const Address& server, unsigned connections, std::chrono::duration<double> time, Work& work)
        : server_(server), work_(work), peers_(connections), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
        from_ = Steady::now() + std::chrono::milliseconds(300);
        until_ = from_ + std::chrono::duration_cast<Steady::duration>(time);
        for (unsigned i = 0; i < connections; ++i) open(i);
    }
    ~Run() {
        for (auto& peer : peers_) {
            if (peer.socket >= 0) close(peer.socket);
        }
        close(epoll_);
    }

    LoadResult finish() {
        for (unsigned i = 0; i < peers_.size(); ++i) askNext(i);
        epoll_event events[64];
        while (open_ > 0 && Steady::now() < until_ + std::chrono::seconds(15)) {
            const int count = epoll_wait(epoll_, events, 64, 1000);
            for (int i = 0; i < count; ++i) serve(events[i].data.u32, events[i].events);
        }
        if (open_ > 0) note("no answer within 15 s", open_);
        LoadResult result = result_;
        result.answers = times_.size();
        result.perSecond = static_cast<double>(result.answers) / std::chrono::duration<double>(until_ - from_).count();
        result.p50 = percentile(0.50);
        result.p99 = percentile(0.99);
        return result;
    }

  private:
    void open(unsigned index) {
        Peer& peer = peers_[index];
        peer = {};
        peer.socket = connectTo(server_);
        fcntl(peer.socket, F_SETFL, O_NONBLOCK);
        epoll_event event{EPOLLIN, {.u32 = index}};
        epoll_ctl(epoll_, EPOLL_CTL_ADD, peer.socket, &event);
    }

    void askNext(unsigned index) {
        Peer& peer = peers_[index];
        peer.waiting = false;
        if (Steady::now() >= until_) return;
        peer.request = work_.next(index);
        peer.sent = 0;
        peer.waiting = true;
        ++open_;
        peer.asked = Steady::now();
        push(index);
    }

    void push(unsigned index) {
        Peer& peer = peers_[index];
        while (peer.sent < peer.request.size()) {
            const ssize_t count = send(peer.socket, peer.request.data() + peer.sent, peer.request.size() - peer.sent, MSG_NOSIGNAL);
            if (count < 0 && errno == EAGAIN) break;
            if (count <= 0) return lost(index);
            peer.sent += static_cast<std::size_t>(count);
        }
        const std::uint32_t wanted = peer.sent < peer.request.size() ? EPOLLIN | EPOLLOUT : EPOLLIN;
        if (wanted != EPOLLIN || peer.request.size() > 65536) {
            epoll_event event{wanted, {.u32 = index}};
            epoll_ctl(epoll_, EPOLL_CTL_MOD, peer.socket, &event);
        }
    }

    void serve(unsigned index, std::uint32_t events) {
        Peer& peer = peers_[index];
        if (events & EPOLLOUT) push(index);
        if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return;
        char piece[65536];
        const ssize_t got = recv(peer.socket, piece, sizeof piece, 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return lost(index);
        peer.buffer.append(piece, static_cast<std::size_t>(got));
        Answer answer;
        if (!peer.waiting || !takeAnswer(peer.buffer, answer)) return;
        const auto now = Steady::now();
        --open_;
        const bool right = work_.right(index, answer);
        if (!right) note("answer " + std::to_string(answer.status), 1);
        if (right && now >= from_ && now < until_) {
            times_.push_back(std::chrono::duration<float, std::micro>(now - peer.asked).count());
        }
        askNext(index);
    }

    void lost(unsigned index) {
        Peer& peer = peers_[index];
        if (peer.waiting) {
            --open_;
            note("connection lost", 1);
        }
        close(peer.socket);
        open(index);
        askNext(index);
    }

    void note(const std::string& what, std::uint64_t count) {
        result_.errors += count;
        if (result_.firstError.empty()) result_.firstError = what;
        if (result_.errors > 10'000) throw std::runtime_error("too many errors, the first: " + result_.firstError);
    }

    double percentile(double part) {
        if (times_.empty()) return 0;
        const auto at = times_.begin() + static_cast<long>(part * static_cast<double>(times_.size() - 1));
        std::nth_element(times_.begin(), at, times_.end());
        return *at;
    }

    const Address& server_;
    Work& work_;
    std::vector<Peer> peers_;
    int epoll_;
    std::uint64_t open_ = 0;
    Steady::time_point from_, until_;
    LoadResult result_;
    std::vector<float> times_;
};

}  // namespace

LoadResult load(const Address& server, unsigned connections, std::chrono::duration<double> time, Work& work) {
    return Run(server, connections, time, work).finish();
}

}  // namespace polyclinic::bench
