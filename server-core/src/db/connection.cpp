#include "db/connection.h"

#include <libpq-fe.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <mutex>
#include <thread>

#include "base/loop_asio.h"
#include "db/connect_options.h"
#include "db/errors.h"
#include "db/result.h"

namespace polyclinic::db {

using boost::asio::posix::stream_descriptor;

/// The way back to the loop for threads that may end after it.
struct Connection::SharedState {
    std::mutex mutex;
    Loop* loop;
};

/// libpq owns the descriptor: it is released, never closed, here.
struct Connection::Socket {
    Socket(Loop& loop, int fd) : descriptor(ioContext(loop), fd) {}
    ~Socket() { descriptor.release(); }
    stream_descriptor descriptor;
};

Connection::Connection(Loop& loop, const ConnectionSettings& settings, std::function<void()> changed)
    : loop_(loop),
      settings_(settings),
      changed_(std::move(changed)),
      sharedState_(std::make_shared<SharedState>()),
      cache_(settings.preparedLimit, settings.preparedBytes) {
    sharedState_->loop = &loop;
}

Connection::~Connection() {
    {
        std::lock_guard lock(sharedState_->mutex);
        sharedState_->loop = nullptr;
    }
    socket_.reset();
    if (connection_) PQfinish(connection_);
}

void Connection::open() {
    std::vector<const char*> keywords, values;
    const auto options = connectOptions(settings_.conninfo, settings_.statementTimeout);
    for (const auto& [keyword, value] : options) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    connection_ = PQconnectStartParams(keywords.data(), values.data(), 1);
    if (!connection_ || PQstatus(connection_) == CONNECTION_BAD) return close(connection_ ? PQerrorMessage(connection_) : "out of memory");
    // Notices can quote rows; nobody reads them.
    PQsetNoticeReceiver(
        connection_, [](void*, const PGresult*) {}, nullptr);
    waitForSocket(true);
}

/// While connecting libpq may change its socket at every step, so each wait takes it anew.
void Connection::waitForSocket(bool toWrite) {
    socket_ = std::make_unique<Socket>(loop_, PQsocket(connection_));
    socket_->descriptor.async_wait(toWrite ? stream_descriptor::wait_write : stream_descriptor::wait_read,
                                   [weak = weak_from_this()](const boost::system::error_code& error) {
                                       const auto self = weak.lock();
                                       if (self && !error && self->state_ == State::connecting) self->poll();
                                   });
}

void Connection::poll() {
    socket_.reset();
    switch (PQconnectPoll(connection_)) {
        case PGRES_POLLING_READING:
            return waitForSocket(false);
        case PGRES_POLLING_WRITING:
            return waitForSocket(true);
        case PGRES_POLLING_OK:
            break;
        default:
            return close(PQerrorMessage(connection_));
    }
    if (PQsetnonblocking(connection_, 1) != 0 || PQenterPipelineMode(connection_) != 1) return close(PQerrorMessage(connection_));
    state_ = State::ready;
    everReady_ = true;
    lastProgress_ = Clock::now();
    socket_ = std::make_unique<Socket>(loop_, PQsocket(connection_));
    readSoon();
    changedSoon();
}

void Connection::readSoon() {
    socket_->descriptor.async_wait(stream_descriptor::wait_read, [weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (self && !error && self->state_ == State::ready) self->onReadable();
    });
}

void Connection::onReadable() {
    const auto self = shared_from_this();
    const bool alive = PQconsumeInput(connection_) == 1;
    int nulls = 0;  // libpq answers one after each statement
    while (!expected_.empty() && nulls < 3 && !PQisBusy(connection_)) {
        if (auto* result = PQgetResult(connection_)) {
            nulls = 0;
            take(result);
        } else {
            ++nulls;
        }
        if (state_ == State::closed) return;
    }
    if (expected_.empty() && alive) static_cast<void>(PQisBusy(connection_));  // reads what came unasked
    if (!alive || nulls >= 3 || PQstatus(connection_) == CONNECTION_BAD) return close("connection lost");
    lastProgress_ = Clock::now();
    flush();
    if (state_ != State::ready) return;
    readSoon();
    tellOwner();
}

void Connection::take(pg_result* raw) {
    ResultHandle result(raw);
    const auto status = PQresultStatus(raw);
    const auto expected = std::move(expected_.front());
    expected_.pop_front();
    auto& segment = *segments_.front();
    const bool failed = status == PGRES_FATAL_ERROR || status == PGRES_NONFATAL_ERROR || status == PGRES_BAD_RESPONSE;
    if (failed && !segment.error) segment.error = std::make_exception_ptr(failureOf(raw));
    if (expected.step == Step::sync) {
        if (status != PGRES_PIPELINE_SYNC) return close("connection lost");
        if (!expected.ends) return;
        auto finished = std::move(segments_.front());
        segments_.pop_front();
        return finish(std::move(finished));
    }
    if (expected.step == Step::prepare && status != PGRES_COMMAND_OK) return cache_.forget(expected.name);
    if (expected.step != Step::execute || failed || status == PGRES_PIPELINE_ABORTED) return;
    Result answer;
    answer.impl_ = std::make_unique<Result::Impl>();
    answer.impl_->result = std::move(result);
    // COMMIT of a transaction that an error has spoiled is answered "ROLLBACK" and no error.
    const std::size_t position = segment.results.size();
    if (!segment.error && std::string_view(PQcmdStatus(answer.impl_->result.get())) == "ROLLBACK" &&
        segment.statements[position].sql == "COMMIT")
        segment.error =
            std::make_exception_ptr(Failure(FailureKind::internal, "The change was not stored.", "COMMIT of a failed transaction"));
    segment.results.push_back(std::move(answer));
}

namespace {

/// A statement that PostgreSQL stopped for its length, or for the lock that it waited for.
bool tookTooLong(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const DatabaseFailure& failure) {
        return failure.sqlState() == "57014" || failure.sqlState() == "55P03";
    } catch (...) {
        return false;
    }
}

}  // namespace

void Connection::finish(std::shared_ptr<Segment> segment) {
    segment->connection.reset();
    if (segment->error && segment->closes) close("a transaction could not be rolled back");
    // What hindered it would hinder those behind it one after the other, each for as long.
    if (segment->error && !segments_.empty() && !leased_ && tookTooLong(segment->error)) close("a statement before this one took too long");
    if (segment->error)
        segment->done.fail(segment->error);
    else
        segment->done.set(std::move(segment->results));
}

std::size_t Connection::inFlightOf(std::int32_t tenant) const {
    if (leased_) return leaseOf_ == tenant;
    return static_cast<std::size_t>(
        std::ranges::count_if(segments_, [&](const auto& segment) { return segment->requester.tenant == tenant; }));
}

void Connection::send(std::shared_ptr<Segment> segment) {
    if (state_ != State::ready) {
        segment->done.fail(std::make_exception_ptr(connectionLost(reason_.empty() ? "connection lost" : reason_)));
        return;
    }
    if (segments_.empty()) lastProgress_ = Clock::now();
    segment->connection = shared_from_this();
    if (segment->keeper) {
        *segment->keeper = segment->connection;
        leased_ = true;
        leaseOf_ = segment->requester.tenant;
    }
    segments_.push_back(segment);
    if (write(*segment)) return flush();
    close("connection lost");
}

/// What is new is prepared first, each under a Sync of its own: then a failing statement never takes down the
/// preparation of another one, on which segments behind may count already.
bool Connection::write(const Segment& segment) {
    std::vector<std::string> names;
    names.reserve(segment.statements.size());
    cache_.beginSegment();
    for (const auto& statement : segment.statements) {
        auto use = cache_.use(statement);
        for (const auto& replaced : use.replaced) {
            const std::string sql = "DEALLOCATE " + replaced;
            if (!PQsendQueryParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1)) return false;
            expected_.push_back({Step::giveUp, {}, false});
            if (!sync(false)) return false;
        }
        if (use.isNew) {
            std::vector<Oid> types;
            for (const auto& entry : statement.params.entries()) types.push_back(entry.oid);
            if (!PQsendPrepare(connection_, use.name.c_str(), statement.sql.c_str(), static_cast<int>(types.size()), types.data()))
                return false;
            expected_.push_back({Step::prepare, use.name, false});
            if (!sync(false)) return false;
        }
        names.push_back(std::move(use.name));
    }
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!execute(segment.statements[i], names[i])) return false;
    return sync(true);
}

bool Connection::execute(const Statement& statement, const std::string& name) {
    thread_local std::vector<const char*> values;
    thread_local std::vector<int> lengths, formats;
    thread_local std::vector<Oid> types;
    values.clear();
    lengths.clear();
    for (const auto& entry : statement.params.entries()) {
        values.push_back(entry.bytes ? entry.bytes->data() : nullptr);
        lengths.push_back(entry.bytes ? static_cast<int>(entry.bytes->size()) : 0);
    }
    formats.assign(values.size(), 1);
    expected_.push_back({Step::execute, {}, false});
    if (name.empty()) {
        types.clear();
        for (const auto& entry : statement.params.entries()) types.push_back(entry.oid);
        return PQsendQueryParams(connection_, statement.sql.c_str(), static_cast<int>(values.size()), types.data(), values.data(),
                                 lengths.data(), formats.data(), 1) == 1;
    }
    return PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(values.size()), values.data(), lengths.data(), formats.data(),
                               1) == 1;
}

bool Connection::sync(bool ends) {
    expected_.push_back({Step::sync, {}, ends});
    return PQpipelineSync(connection_) == 1;
}

void Connection::flush() {
    if (writing_) return;
    const int left = PQflush(connection_);
    if (left < 0) return close("connection lost");
    if (left == 0) return;
    writing_ = true;
    socket_->descriptor.async_wait(stream_descriptor::wait_write, [weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!self || error || self->state_ != State::ready) return;
        self->writing_ = false;
        self->flush();
    });
}

void Connection::release(bool dirty) {
    leased_ = false;
    if (state_ == State::ready && dirty) {
        auto rollback = std::make_shared<Segment>();
        rollback->statements.push_back({"ROLLBACK", {}});
        rollback->closes = true;
        send(std::move(rollback));
    }
    changedSoon();
}

void Connection::cancel() {
    if (state_ != State::ready || segments_.empty() || cancelling_) return;
    PGcancel* handle = PQgetCancel(connection_);
    if (!handle) return;
    cancelling_ = true;
    // PQcancel blocks, for ever when the server is stopped: a thread of its own, which may outlive this.
    std::thread([handle, sharedState = sharedState_, weak = weak_from_this()] {
        char error[256];
        PQcancel(handle, error, sizeof error);
        PQfreeCancel(handle);
        std::lock_guard lock(sharedState->mutex);
        if (!sharedState->loop) return;
        sharedState->loop->post([weak] {
            const auto self = weak.lock();
            if (!self) return;
            self->cancelling_ = false;
            self->tellOwner();
        });
    }).detach();
}

void Connection::closeIfStuck(Clock::time_point now) {
    const auto since = now - lastProgress_;
    if (state_ == State::connecting && since > connectTimeout) return close("connecting took too long");
    if (state_ != State::ready || segments_.empty() || settings_.statementTimeout.count() == 0) return;
    if (since > settings_.statementTimeout + std::chrono::seconds(2)) close("the server does not answer");
}

void Connection::close(std::string_view reason) {
    if (state_ == State::closed) return;
    state_ = State::closed;
    reason_ = reason.substr(0, reason.find('\n'));
    socket_.reset();
    if (connection_) PQfinish(std::exchange(connection_, nullptr));
    expected_.clear();
    for (auto& segment : std::exchange(segments_, {})) {
        segment->connection.reset();
        segment->done.fail(segment->error ? segment->error : std::make_exception_ptr(connectionLost(reason_)));
    }
    changedSoon();
}

void Connection::changedSoon() {
    loop_.post([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (self) self->tellOwner();
    });
}

}  // namespace polyclinic::db
