// One accepted socket, plain or TLS, that never blocks: try first, and wait for the kernel's word when it is
// too early.

#pragma once

#include <cstddef>
#include <memory>

#include "base/loop.h"
#include "http/tls.h"

namespace polyclinic::http {

/// Called on the socket's loop, once for each wait that was asked for, also when the socket was closed
/// meanwhile.
class SocketEvents {
  public:
    virtual ~SocketEvents() = default;
    virtual void onReadable() = 0;
    virtual void onWritable() = 0;
};

class Socket {
  public:
    /// Owns `descriptor`. `tls` null: plain. The loop's thread only, as all of this class.
    Socket(Loop& loop, int descriptor, std::shared_ptr<const TlsContext> tls);
    ~Socket();

    enum class Io { done, wantRead, wantWrite, closed };
    struct Result {
        Io io;
        std::size_t bytes = 0;
    };
    Result handshake();
    Result read(char* into, std::size_t size);
    Result write(const char* from, std::size_t size);

    /// Bytes have come that read() can give without waiting for the kernel.
    bool buffered() const;
    /// The peer has closed its side, or all of it.
    bool peerGone() const;
    /// The peer has sent something, or closed, that read() would tell.
    bool hasInput() const;
    /// Bytes written that the peer has not acknowledged.
    std::size_t unacknowledged() const;

    /// Asks for one call of onReadable / onWritable. Not while one of the same kind is outstanding.
    void waitReadable(std::shared_ptr<SocketEvents> events);
    void waitWritable(std::shared_ptr<SocketEvents> events);

    /// Says goodbye: no more bytes from us, TLS close_notify included.
    void shutdownWrite();
    /// Reads what the peer still sends and forgets it.
    Result discard();
    /// `abandon`: what was written and not yet acknowledged is dropped, not kept by the kernel for a peer
    /// that is slow.
    void close(bool abandon);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace polyclinic::http
