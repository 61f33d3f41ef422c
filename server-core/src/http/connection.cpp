#include "http/connection.h"

#include <algorithm>

#include "base/failure.h"
#include "base/log.h"
#include "http/connection_wait.h"

namespace polyclinic::http {
namespace {

constexpr std::size_t readSize = 64 * 1024;
constexpr auto lingerTime = std::chrono::seconds(2);

constexpr auto relaxed = std::memory_order_relaxed;

}  // namespace

Connection::Connection(std::shared_ptr<ConnectionTable> table, std::shared_ptr<Shared> shared, Accepted accepted)
    : table_(std::move(table)),
      shared_(std::move(shared)),
      accepted_(std::move(accepted)),
      socket_(table_->loop(), accepted_.descriptor, accepted_.tls),
      since_(std::chrono::steady_clock::now()) {}

Connection::~Connection() = default;

void Connection::enter(Phase phase) {
    phase_ = phase;
    since_ = std::chrono::steady_clock::now();
    windowBytes_ = 0;
    unacknowledged_ = 0;
    held_ = 0;
}

void Connection::moved(std::size_t bytes) { windowBytes_ += bytes; }

void Connection::wake(Wait what) {
    if (waitingFor_ != what) return;
    waitingFor_ = Wait::nothing;
    std::exchange(waiter_, nullptr).resume();
}

void Connection::onReadable() {
    readArmed_ = false;
    readable_ = true;
    if (phase_ == Phase::handling) {
        // Early data of the next request is no farewell; due() looks again later.
        if (socket_.peerGone()) tellGone();
        return;
    }
    wake(Wait::readable);
}

void Connection::onWritable() { wake(Wait::writable); }

Connection::Due Connection::due(Time now) {
    const Limits& limits = shared_->limits;
    const auto spent = now - since_;
    const auto over = [](bool is) { return is ? Due::timeOver : Due::nothing; };
    switch (phase_) {
        case Phase::handshaking:
        case Phase::head:
            return over(spent > limits.headerTimeout);
        case Phase::idle:
            return over(spent > limits.idleTimeout);
        case Phase::lingering:
            return over(spent > lingerTime);
        case Phase::handling:
            if (spent > limits.requestTimeout) return Due::timeOver;
            return readable_ && disconnect_ && !disconnect_->gone() && socket_.peerGone() ? Due::peerGone : Due::nothing;
        case Phase::body:
        case Phase::writing:
            break;
    }
    if (spent < limits.slowWindow) return Due::nothing;
    // What the kernel has taken from us is not yet at the peer: count what was acknowledged.
    const std::size_t waiting = phase_ == Phase::writing ? socket_.unacknowledged() : 0;
    const std::size_t given = windowBytes_ + unacknowledged_;
    // The more a body holds, the faster the rest must come.
    const double slowest = std::max(double(limits.slowestBytesPerSecond), double(held_) / double(limits.wholeBody.count()));
    const auto wanted = slowest * std::chrono::duration<double>(spent).count();
    since_ = now;
    windowBytes_ = 0;
    unacknowledged_ = waiting;
    return over(static_cast<double>(given - std::min(waiting, given)) < wanted);
}

void Connection::tellGone() {
    if (const auto disconnect = disconnect_) disconnect->signal();
}

void Connection::expire() {
    timeOver_ = true;
    if (waitingFor_ != Wait::nothing) wake(waitingFor_);
}

void Connection::cut() {
    cut_ = true;
    expire();
}

Task<bool> Connection::receive() {
    thread_local char buffer[readSize];
    for (;;) {
        if (!socket_.buffered() && !readable_) {
            if (!co_await Until{*this, Wait::readable}) co_return false;
        }
        readable_ = false;
        const auto result = socket_.read(buffer, sizeof buffer);
        if (result.io == Socket::Io::done) {
            received_.append(buffer, result.bytes);
            moved(result.bytes);
            shared_->counters.bytesIn.fetch_add(result.bytes, relaxed);
            co_return true;
        }
        if (result.io == Socket::Io::closed) co_return false;
        if (result.io == Socket::Io::wantWrite) {
            if (!co_await Until{*this, Wait::writable}) co_return false;
            readable_ = true;
        } else if (!co_await Until{*this, Wait::readable}) {
            co_return false;
        }
    }
}

Task<bool> Connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto result = socket_.write(bytes.data(), std::min(bytes.size(), oneTurn));
        if (result.io == Socket::Io::done) {
            bytes.remove_prefix(result.bytes);
            moved(result.bytes);
            shared_->counters.bytesOut.fetch_add(result.bytes, relaxed);
            if (bytes.empty()) break;
            if (!co_await Until{*this, Wait::writable}) co_return false;
            continue;
        }
        if (result.io == Socket::Io::closed) co_return false;
        const auto wait = result.io == Socket::Io::wantRead ? Wait::readable : Wait::writable;
        if (!co_await Until{*this, wait}) co_return false;
    }
    co_return true;
}

Task<void> Connection::serve(std::shared_ptr<Connection> self) {
    Connection& me = *self;
    bool open = true;
    if (me.accepted_.tls) open = co_await me.handshake();
    while (open) open = co_await me.serveRequest();
    if (!me.cut_) co_await me.linger();
    me.endHandler();
    me.socket_.close(me.cut_);
    me.table_->remove(me);
    me.shared_->leave(me.accepted_.network);  // last: the server may be gone right after
}

Task<bool> Connection::handshake() {
    enter(Phase::handshaking);
    for (;;) {
        const auto result = socket_.handshake();
        if (result.io == Socket::Io::done) break;
        if (result.io == Socket::Io::closed) co_return false;
        const auto wait = result.io == Socket::Io::wantRead ? Wait::readable : Wait::writable;
        if (!co_await Until{*this, wait}) co_return false;
    }
    enter(Phase::idle);
    co_return true;
}

Task<bool> Connection::serveRequest() {
    Request request;
    if (!co_await readHead(request)) co_return false;
    shared_->counters.requests.fetch_add(1, relaxed);

    const bool headOnly = request.method == Method::head;
    unread_ = !parser_.done();
    if (unread_) {
        const std::string id = request.id;
        auto judged = co_await judge(std::move(request));
        if (!judged) {
            if (cut_) co_return false;
            co_return co_await fail(503, "The request took too long.", id);
        }
        if (!judged->admission) co_return co_await fail(500, "The server could not do this.", id);
        auto& admission = *judged->admission;
        if (admission.refusal) {
            const bool expects = judged->request.headers.find("Expect").has_value();
            co_return co_await turnAway(std::move(*admission.refusal), id, headOnly, expects);
        }
        request = std::move(judged->request);
        request.admitted = std::move(admission.found);
        const bool whole = co_await readBody(request, admission.bodyLimit);
        if (!whole) co_return false;
        unread_ = false;
    }
    co_return co_await handle(std::move(request), headOnly, parser_.keepAlive());
}

Task<void> Connection::runHandler(std::shared_ptr<Connection> self, Request request, unsigned turn) {
    const std::string id = request.id;
    std::optional<Response> response;
    try {
        response = co_await self->shared_->application.handle(std::move(request));
    } catch (const Failure& failure) {
        log::error("request {}: the handler ended with a failure: {}", id, failure.what());
    } catch (const std::exception&) {  // its text might hold anything
        log::error("request {}: the handler ended with an exception", id);
    }
    self->shared_->counters.requestsUnderWay.fetch_sub(1, relaxed);
    if (self->turn_ != turn) co_return;  // nobody waits any more
    self->response_ = std::move(response);
    self->handled_ = true;
    self->wake(Wait::handler);
}

Task<bool> Connection::handle(Request request, bool headOnly, bool keepAlive) {
    enter(Phase::handling);
    const std::string id = request.id;
    disconnect_ = request.disconnect = std::make_shared<Disconnect>();
    bodyShare_ = request.bodyShare;  // an answer may be as large as what it answers
    handled_ = false;
    response_.reset();
    shared_->counters.requestsUnderWay.fetch_add(1, relaxed);
    spawn(runHandler(shared_from_this(), std::move(request), ++turn_));
    if (!handled_) {
        if (!readArmed_ && !readable_) {  // hear of a peer that leaves
            readArmed_ = true;
            socket_.waitReadable(shared_from_this());
        }
        co_await Until{*this, Wait::handler};
    }
    if (!handled_) {
        endHandler();
        if (cut_) co_return false;
        co_return co_await fail(503, "The request took too long.", id);
    }
    disconnect_.reset();
    if (!response_) co_return co_await fail(500, "The server could not do this.", id);
    Response response = std::move(*response_);
    response_.reset();
    co_return co_await respond(std::move(response), id, headOnly, keepAlive);
}

void Connection::endHandler() {
    if (!disconnect_) return;
    ++turn_;
    std::exchange(disconnect_, nullptr)->signal();
}

}  // namespace polyclinic::http
