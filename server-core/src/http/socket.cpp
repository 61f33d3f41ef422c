#include "http/socket.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/loop_asio.h"

namespace polyclinic::http {
namespace {

namespace asio = boost::asio;
using AsioSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;

bool wouldBlock(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a peer that left would raise SIGPIPE.
int bioWrite(BIO* bio, const char* from, int size) {
    BIO_clear_retry_flags(bio);
    const auto sent = ::send(static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))), from, size, MSG_NOSIGNAL);
    if (sent < 0 && wouldBlock(errno)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int bioRead(BIO* bio, char* into, int size) {
    BIO_clear_retry_flags(bio);
    const auto got = ::recv(static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))), into, size, 0);
    if (got < 0 && wouldBlock(errno)) BIO_set_retry_read(bio);
    return static_cast<int>(got);
}

long bioControl(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO* newBio(int descriptor) {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
        BIO_meth_set_write(made, bioWrite);
        BIO_meth_set_read(made, bioRead);
        BIO_meth_set_ctrl(made, bioControl);
        return made;
    }();
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
    BIO_set_init(bio, 1);
    return bio;
}

}  // namespace

struct Socket::Impl {
    AsioSocket socket;
    std::shared_ptr<const TlsContext> tls;
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl{nullptr, SSL_free};

    explicit Impl(asio::io_context& io) : socket(io) {}

    int descriptor() { return socket.native_handle(); }

    /// What an SSL_ call that answered `code` asks for.
    Result resultOf(int code) {
        if (code > 0) return {Io::done, static_cast<std::size_t>(code)};
        switch (SSL_get_error(ssl.get(), code)) {
            case SSL_ERROR_WANT_READ:
                return {Io::wantRead};
            case SSL_ERROR_WANT_WRITE:
                return {Io::wantWrite};
            default:
                return {Io::closed};
        }
    }
};

Socket::Socket(Loop& loop, int descriptor, std::shared_ptr<const TlsContext> tls) : impl_(std::make_unique<Impl>(ioContext(loop))) {
    boost::system::error_code error;
    impl_->socket.assign(asio::ip::tcp::v4(), descriptor, error);
    if (error) {  // the reactor would not take it: every later call answers `closed`
        ::close(descriptor);
        return;
    }
    if (!tls) return;
    impl_->tls = std::move(tls);
    impl_->ssl.reset(SSL_new(impl_->tls->native.get()));
    BIO* bio = newBio(descriptor);
    SSL_set_bio(impl_->ssl.get(), bio, bio);
    SSL_set_accept_state(impl_->ssl.get());
}

Socket::~Socket() = default;

Socket::Result Socket::handshake() {
    if (!impl_->ssl) return {Io::closed};
    ERR_clear_error();
    return impl_->resultOf(SSL_do_handshake(impl_->ssl.get()));
}

Socket::Result Socket::read(char* into, std::size_t size) {
    if (impl_->ssl) {
        ERR_clear_error();
        return impl_->resultOf(SSL_read(impl_->ssl.get(), into, static_cast<int>(size)));
    }
    const auto got = ::recv(impl_->descriptor(), into, size, 0);
    if (got > 0) return {Io::done, static_cast<std::size_t>(got)};
    return {got < 0 && wouldBlock(errno) ? Io::wantRead : Io::closed};
}

Socket::Result Socket::write(const char* from, std::size_t size) {
    if (impl_->ssl) {
        ERR_clear_error();
        return impl_->resultOf(SSL_write(impl_->ssl.get(), from, static_cast<int>(std::min<std::size_t>(size, 1 << 30))));
    }
    const auto sent = ::send(impl_->descriptor(), from, size, MSG_NOSIGNAL);
    if (sent >= 0) return {Io::done, static_cast<std::size_t>(sent)};
    return {wouldBlock(errno) ? Io::wantWrite : Io::closed};
}

bool Socket::buffered() const { return impl_->ssl && SSL_has_pending(impl_->ssl.get()); }

bool Socket::peerGone() const {
    pollfd waiting{impl_->descriptor(), POLLRDHUP, 0};
    return ::poll(&waiting, 1, 0) > 0 && (waiting.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

bool Socket::hasInput() const {
    pollfd waiting{impl_->descriptor(), POLLIN, 0};
    return buffered() || ::poll(&waiting, 1, 0) > 0;
}

std::size_t Socket::unacknowledged() const {
    int bytes = 0;
    return ::ioctl(impl_->descriptor(), SIOCOUTQ, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

void Socket::waitReadable(std::shared_ptr<SocketEvents> events) {
    impl_->socket.async_wait(asio::socket_base::wait_read,
                             [events = std::move(events)](const boost::system::error_code&) { events->onReadable(); });
}

void Socket::waitWritable(std::shared_ptr<SocketEvents> events) {
    impl_->socket.async_wait(asio::socket_base::wait_write,
                             [events = std::move(events)](const boost::system::error_code&) { events->onWritable(); });
}

void Socket::shutdownWrite() {
    if (impl_->ssl && SSL_is_init_finished(impl_->ssl.get())) {
        ERR_clear_error();
        SSL_shutdown(impl_->ssl.get());
    }
    ::shutdown(impl_->descriptor(), SHUT_WR);
}

Socket::Result Socket::discard() {
    char nowhere[16 * 1024];
    const auto got = ::recv(impl_->descriptor(), nowhere, sizeof nowhere, 0);
    if (got > 0) return {Io::done, static_cast<std::size_t>(got)};
    return {got < 0 && wouldBlock(errno) ? Io::wantRead : Io::closed};
}

void Socket::close(bool abandon) {
    boost::system::error_code ignored;
    if (abandon) impl_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
    impl_->socket.close(ignored);
}

}  // namespace polyclinic::http
