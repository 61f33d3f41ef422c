#include "http/connection.h"

#include <algorithm>
#include <cstdio>

#include "base/failure.h"
#include "base/log.h"
#include "http/response_text.h"
#include "http/text.h"

namespace polyclinic::http {
namespace {

constexpr std::size_t readSize = 64 * 1024;
constexpr std::size_t oneWrite = 16 * 1024;  // up to this much of the body goes out with the head
constexpr auto lingerTime = std::chrono::seconds(2);
constexpr std::size_t lingerBytes = 64 << 20;
constexpr std::size_t drainedBytes = 64 << 10;   // of a refused request's body, to keep the connection
constexpr std::size_t countedAnswer = 64 << 10;  // bodies of answers above this count as those of requests do
constexpr std::size_t oneTurn = 256 << 10;       // then the loop's other work has its turn

constexpr auto relaxed = std::memory_order_relaxed;

}  // namespace

struct Connection::Until {
    Connection& connection;
    Wait what;

    bool await_ready() const { return connection.timeOver_; }
    void await_suspend(std::coroutine_handle<> waiter) {
        connection.waiter_ = waiter;
        connection.waitingFor_ = what;
        if (what == Wait::writable) connection.socket_.waitWritable(connection.shared_from_this());
        if (what == Wait::readable && !connection.readArmed_) {
            connection.readArmed_ = true;
            connection.socket_.waitReadable(connection.shared_from_this());
        }
    }
    bool await_resume() const { return !connection.timeOver_; }
};

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
    me.shared_->leave(me.accepted_.peer);  // last: the server may be gone right after
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

Task<void> Connection::runAdmission(std::shared_ptr<Connection> self, Request request, unsigned turn) {
    auto judged = std::make_unique<Judged>();
    judged->request = std::move(request);
    try {
        judged->admission = co_await self->shared_->application.admit(judged->request);
    } catch (const std::exception&) {
        log::error("request {}: admission ended with an exception", judged->request.id);
    }
    if (self->turn_ != turn) co_return;  // nobody waits any more
    self->judged_ = std::move(judged);
    self->wake(Wait::handler);
}

Task<std::unique_ptr<Connection::Judged>> Connection::judge(Request request) {
    enter(Phase::handling);
    judged_.reset();
    spawn(runAdmission(shared_from_this(), std::move(request), ++turn_));
    if (!judged_) co_await Until{*this, Wait::handler};
    if (!judged_) ++turn_;
    co_return std::move(judged_);
}

/// The answer goes out before the body has come. What little is left of that is read and forgotten; for more, and where
/// the client waits to be told to send it, the connection ends.
Task<bool> Connection::turnAway(Response refusal, const std::string& id, bool headOnly, bool expects) {
    const auto length = parser_.contentLength();
    const bool little = length && *length <= drainedBytes && !expects;
    const bool open = co_await respond(std::move(refusal), id, headOnly, little && parser_.keepAlive());
    if (!open) co_return false;
    enter(Phase::body);
    std::string nowhere;
    for (;;) {
        RequestParser::Step step{RequestParser::Body::more, 0};
        if (!received_.empty()) step = parser_.body(received_, nowhere, drainedBytes);
        received_.erase(0, step.used);
        unread_ = step.state != RequestParser::Body::complete;
        if (!unread_) co_return true;
        if (step.state != RequestParser::Body::more) co_return false;
        if (!co_await receive()) co_return false;
    }
}

Task<bool> Connection::readHead(RequestHead& head) {
    if (received_.empty()) {
        if (received_.capacity() > 4096) received_ = {};  // thousands of idle connections should cost little
        enter(Phase::idle);
        if (shared_->draining && !socket_.hasInput()) co_return false;
    } else {
        enter(Phase::head);
    }
    head.id = table_->nextId();
    scanned_ = 0;
    HeadScan scan;
    for (;;) {
        if (received_.size() > scanned_) scan = findHead(received_, scanned_, shared_->limits);
        scanned_ = received_.size();
        if (scan.bytes > 0 || scan.fault) break;
        if (!co_await receive()) {
            if (timeOver_ && !cut_ && phase_ == Phase::head) co_await fail(408, "The request took too long to come.", head.id);
            co_return false;
        }
        if (phase_ == Phase::idle) enter(Phase::head);
    }
    auto fault = scan.fault;
    const auto bytes = std::string_view(received_).substr(0, scan.bytes);
    if (!fault) fault = checkHead(bytes, shared_->limits);
    if (!fault && !parser_.head(bytes, head)) fault = Fault{400, "The request is not understood."};
    if (fault) {
        shared_->counters.framingFaults.fetch_add(1, relaxed);
        unread_ = true;
        co_await fail(fault->status, fault->reason, head.id);
        co_return false;
    }
    received_.erase(0, scan.bytes);
    head.peer = accepted_.proxies ? accepted_.proxies->clientOf(accepted_.peer, head.headers) : accepted_.peer;
    head.peerOwner = accepted_.peerOwner;
    client_ = head.peer;
    head.tls = accepted_.tls != nullptr;
    head.listener = accepted_.listener;
    co_return true;
}

Task<bool> Connection::readBody(Request& request, std::size_t limit) {
    const auto length = parser_.contentLength();
    if (length.value_or(0) > limit) {
        co_await fail(413, "The body is too large.", request.id);
        co_return false;
    }
    const auto budgetShare = shared_->bodies->share(request.peer);
    request.bodyShare = budgetShare;
    constexpr std::string_view noRoom = "The server has as much to read as it can hold. Try again in a few seconds.";
    if (!budgetShare->fits(length.value_or(0))) {
        co_await fail(503, noRoom, request.id);
        co_return false;
    }
    enter(Phase::body);
    if (received_.empty() && parser_.version11() && sameIgnoringCase(request.header("Expect"), "100-continue")) {
        constexpr std::string_view go = "HTTP/1.1 100 Continue\r\n\r\n";
        if (!co_await write(go)) co_return false;
    }
    if (length) request.body.reserve(*length);  // pages are the kernel's until they are written to
    for (;;) {
        RequestParser::Step step{RequestParser::Body::more, 0};
        if (!received_.empty()) step = parser_.body(received_, request.body, limit);
        received_.erase(0, step.used);
        held_ = request.body.size();
        if (!budgetShare->growTo(held_)) {
            co_await fail(503, noRoom, request.id);
            co_return false;
        }
        if (step.state == RequestParser::Body::complete) co_return true;
        if (step.state == RequestParser::Body::tooLarge) {
            co_await fail(413, "The body is too large.", request.id);
            co_return false;
        }
        // What is left is the beginning of a chunk's head or of the trailers, and those are short.
        if (step.state == RequestParser::Body::faulty || received_.size() > shared_->limits.headerBytes) {
            shared_->counters.framingFaults.fetch_add(1, relaxed);
            co_await fail(400, "The body is not framed as the headers say.", request.id);
            co_return false;
        }
        if (!co_await receive()) {
            if (timeOver_ && !cut_) co_await fail(408, "The request took too long to come.", request.id);
            co_return false;
        }
    }
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

Task<bool> Connection::fail(int status, std::string_view reason, const std::string& id) {
    timeOver_ = cut_;  // the answer has a time of its own
    Response response;
    try {
        response = shared_->application.fault(status, reason, id);
    } catch (const std::exception&) {
        log::error("request {}: its fault could not be written", id);
        response = Response::make(status, "text/plain", std::string(reason));
    }
    co_return co_await respond(std::move(response), id, false, false);
}

Task<bool> Connection::respond(Response response, std::string_view id, bool headOnly, bool keepAlive) {
    enter(Phase::writing);
    const bool withBody = !headOnly && mayHaveBody(response.status);
    std::shared_ptr<BodyBudget::Share> budgetShare;  // who asks for much and reads it slowly has it kept
    if (withBody && response.body.size() > countedAnswer) {
        budgetShare = shared_->bodies->share(client_);
        if (!budgetShare->growTo(response.body.size()))
            response = shared_->application.fault(503, "The server has as much to send as it can hold. Try again in a few seconds.", id);
    }
    std::string first;
    if (withBody && response.source) {  // what goes wrong now can still be said
        int failed = 0;
        try {
            co_await response.source->next(first);
        } catch (const Failure& failure) {
            failed = failure.kind() == FailureKind::unavailable || failure.kind() == FailureKind::timedOut ? 503 : 500;
            log::error("request {}: its answer could not be read: {}", id, failure.what());
        } catch (const std::exception&) {
            failed = 500;
            log::error("request {}: its answer could not be read", id);
        }
        if (failed == 503) response = shared_->application.fault(503, "The server is busy. Try again in a few seconds.", id);
        if (failed == 500) response = shared_->application.fault(500, "The server could not do this.", id);
    }
    const bool unknown = response.source && !response.source->length();
    const bool chunked = unknown && withBody && parser_.version11();
    keepAlive = keepAlive && !response.close && !shared_->draining && (!unknown || chunked);
    out_.clear();
    writeHead(response, {table_->date(), id, keepAlive, chunked}, out_);
    const std::size_t together = withBody ? std::min(response.body.size(), oneWrite) : 0;
    out_.append(response.body, 0, together);
    bool sent = co_await write(out_);
    if (sent && together < response.body.size() && withBody) sent = co_await write(std::string_view(response.body).substr(together));
    if (sent && withBody && response.source) sent = co_await stream(*response.source, std::move(first), chunked);
    bodyShare_.reset();
    if (!sent) {
        cut_ = true;
        co_return false;
    }
    if (out_.capacity() > 4096) out_ = {};
    co_return keepAlive;
}

Task<bool> Connection::stream(BodySource& source, std::string piece, bool chunked) {
    const auto length = source.length();
    std::uint64_t sent = 0;
    while (!piece.empty()) {
        sent += piece.size();
        if (chunked) {
            char size[20];
            const int digits = std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
            piece.insert(0, size, std::size_t(digits)).append("\r\n");
        }
        const bool gone = !co_await write(piece);
        if (gone) co_return false;
        piece.clear();
        // Also where the socket would take more at once: others have their turn.
        if (!co_await Until{*this, Wait::writable}) co_return false;
        try {
            co_await source.next(piece);
        } catch (const std::exception& error) {
            log::error("an answer ended too early: {}", error.what());
            co_return false;
        }
        if (timeOver_) co_return false;
    }
    if (length && sent != *length) {
        log::error("an answer has {} bytes instead of {}", sent, *length);
        co_return false;
    }
    if (!chunked) co_return true;
    constexpr std::string_view end = "0\r\n\r\n";
    co_return co_await write(end);
}

/// Closing with unread bytes makes the kernel send a reset, which can overtake the answer: read on for a
/// while.
Task<void> Connection::linger() {
    timeOver_ = false;
    socket_.shutdownWrite();
    if (!unread_ && received_.empty()) co_return;
    enter(Phase::lingering);
    for (std::size_t total = 0, turn = 0; total < lingerBytes;) {
        const auto result = socket_.discard();
        if (result.io == Socket::Io::closed) co_return;
        total += result.bytes;
        turn += result.bytes;
        if (result.io != Socket::Io::done || turn >= oneTurn) {
            turn = 0;
            if (!co_await Until{*this, Wait::readable}) co_return;
        }
    }
}

}  // namespace polyclinic::http
