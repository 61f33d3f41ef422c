// One connection: a coroutine that reads a request, has it answered, writes the answer, and begins again.

#pragma once

#include <chrono>
#include <coroutine>
#include <memory>
#include <optional>
#include <string>

#include "http/connection_table.h"
#include "http/framing.h"
#include "http/request_parser.h"
#include "http/shared.h"
#include "http/socket.h"

namespace polyclinic::http {

class Connection : public SocketEvents, public std::enable_shared_from_this<Connection> {
  public:
    Connection(std::shared_ptr<ConnectionTable> table, std::shared_ptr<Shared> shared, Accepted accepted);
    ~Connection() override;

    /// Runs until the connection has ended; then the table forgets it.
    static Task<void> serve(std::shared_ptr<Connection> self);

    // For the table, on its loop.
    enum class Phase { handshaking, idle, head, body, handling, writing, lingering };
    using Time = std::chrono::steady_clock::time_point;

    /// Between requests, or with a request begun and not yet understood: may be dropped for another
    /// connection.
    bool droppable() const { return phase_ == Phase::handshaking || phase_ == Phase::idle || phase_ == Phase::head; }
    /// Between requests, and none has come that is not yet read.
    bool idle() const { return phase_ == Phase::idle && !socket_.hasInput(); }
    Time since() const { return since_; }
    const std::string& network() const { return accepted_.network; }
    std::uint16_t port() const { return accepted_.port; }
    enum class Due { nothing, timeOver, peerGone };
    Due due(Time now);
    // Each of the three may end the connection and so change the table.
    /// The time of the current phase is over: the connection answers that, where there is somebody to answer,
    /// and ends.
    void expire();
    /// Tells the handler, whose answer is sent all the same: the peer may have closed its own side only.
    void tellGone();
    /// Ends at once, without an answer.
    void cut();

    void onReadable() override;
    void onWritable() override;

    std::size_t slot = 0;  // in the table

  private:
    enum class Wait { nothing, readable, writable, handler };
    struct Judged {
        Request request;
        std::optional<Admission> admission;  // nothing: it ended with an exception
    };
    struct Until;  // awaits a Wait; answers false when the connection's time was over first

    Task<bool> handshake();
    Task<bool> serveRequest();
    Task<bool> readHead(RequestHead& head);
    /// Has the application judge a request with a body; null: that took too long, or the connection ended.
    Task<std::unique_ptr<Judged>> judge(Request request);
    static Task<void> runAdmission(std::shared_ptr<Connection> self, Request request, unsigned turn);
    Task<bool> turnAway(Response refusal, const std::string& id, bool headOnly, bool expects);
    Task<bool> readBody(Request& request, std::size_t limit);
    Task<bool> handle(Request request, bool headOnly, bool keepAlive);
    static Task<void> runHandler(std::shared_ptr<Connection> self, Request request, unsigned turn);
    Task<bool> fail(int status, std::string_view reason, const std::string& id);
    Task<bool> respond(Response response, std::string_view id, bool headOnly, bool keepAlive);
    Task<bool> write(std::string_view bytes);
    /// Sends what is left of `source` behind `first`. The connection ends where it is not as long as it said.
    Task<bool> stream(BodySource& source, std::string first, bool chunked);
    Task<void> linger();

    /// Reads once, when something is there, into received_. False: nothing more will come.
    Task<bool> receive();
    void enter(Phase phase);
    void moved(std::size_t bytes);
    void wake(Wait what);
    void endHandler();

    const std::shared_ptr<ConnectionTable> table_;
    std::shared_ptr<Shared> shared_;
    Accepted accepted_;
    Socket socket_;
    RequestParser parser_;
    std::string received_;     // read from the socket and not yet understood
    std::size_t scanned_ = 0;  // of received_, by findHead
    std::string out_;

    Phase phase_ = Phase::idle;
    Time since_;                      // the phase, or the present window of a slow transfer
    std::size_t windowBytes_ = 0;     // moved in that window
    std::size_t held_ = 0;            // of the body that is being read
    std::size_t unacknowledged_ = 0;  // at its start
    bool timeOver_ = false;
    bool cut_ = false;
    bool unread_ = false;  // the peer may still be sending what nobody will read

    std::coroutine_handle<> waiter_;
    Wait waitingFor_ = Wait::nothing;
    bool readArmed_ = false, readable_ = false;

    std::shared_ptr<Disconnect> disconnect_;
    std::unique_ptr<Judged> judged_;
    std::string client_;                     // address of who asks
    std::shared_ptr<const void> bodyShare_;  // of the request that is being answered
    std::optional<Response> response_;
    bool handled_ = false;
    unsigned turn_ = 0;  // of the handler whose answer is wanted
};

}  // namespace polyclinic::http
