// How a connection's coroutine waits. Internal to http/.

#pragma once

#include "http/connection.h"

namespace polyclinic::http {

/// So much is moved at once; then the loop's other work has its turn.
inline constexpr std::size_t oneTurn = 256 << 10;

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

}  // namespace polyclinic::http
