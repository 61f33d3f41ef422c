// A request comes: its head, what the application says of it before its body has come, its body.

#include "base/log.h"
#include "base/text.h"
#include "http/connection_wait.h"

namespace polyclinic::http {
namespace {

constexpr std::size_t drainedBytes = 64 << 10;  // of a refused request's body, to keep the connection

}  // namespace

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
        shared_->counters.framingFaults.fetch_add(1, std::memory_order_relaxed);
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
            shared_->counters.framingFaults.fetch_add(1, std::memory_order_relaxed);
            co_await fail(400, "The body is not framed as the headers say.", request.id);
            co_return false;
        }
        if (!co_await receive()) {
            if (timeOver_ && !cut_) co_await fail(408, "The request took too long to come.", request.id);
            co_return false;
        }
    }
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

}  // namespace polyclinic::http
