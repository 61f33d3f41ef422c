// An answer goes out, whole or in pieces, and the connection's end.

#include <cstdio>

#include "base/failure.h"
#include "base/log.h"
#include "http/connection_wait.h"
#include "http/response_text.h"

namespace polyclinic::http {
namespace {

constexpr std::size_t oneWrite = 16 * 1024;      // up to this much of the body goes out with the head
constexpr std::size_t countedAnswer = 64 << 10;  // bodies of answers above this count as those of requests do
constexpr std::size_t lingerBytes = 64 << 20;

}  // namespace

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
