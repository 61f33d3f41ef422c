#include "fixture.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

namespace polyclinic::test {
namespace {

[[maybe_unused]] const auto noSigpipe = std::signal(SIGPIPE, SIG_IGN);  // for the client's own writes

int numberOf(const std::string& query) { return query.empty() ? 0 : std::stoi(query); }

Task<void> waitForPeer(std::shared_ptr<Disconnect> disconnect) {
    auto done = std::make_shared<OneShot<bool>>();
    disconnect->onGone([done] { done->set(true); });
    const auto timer = Loop::current().after(std::chrono::seconds(5), [done] { done->set(false); });
    co_await *done;
    disconnect->onGone(nullptr);
}

class Pieces final : public http::BodySource {
  public:
    Pieces(TestApplication& application, const http::Request& request)
        : made_(application.pieces),
          count_(numberOf(request.query)),
          unknown_(request.path == "/stream/unknown"),
          broken_(request.path == "/stream/broken"  ? 3
                  : request.path == "/stream/never" ? 0
                                                    : -1) {}

    std::optional<std::uint64_t> length() const override {
        if (unknown_) return std::nullopt;
        return std::uint64_t(count_) * pieceBytes;
    }
    Task<bool> next(std::string& into) override {
        if (at_ == broken_) throw std::runtime_error("it cannot be read on");
        if (at_ == count_) co_return false;
        if (at_ % 2) co_await sleepFor(std::chrono::milliseconds(1));
        into.append(pieceBytes, char('a' + at_++ % 26));
        ++made_;
        co_return true;
    }

  private:
    static constexpr std::size_t pieceBytes = 64 << 10;
    std::atomic<int>& made_;
    const int count_;
    const bool unknown_;
    const int broken_;
    int at_ = 0;
};

}  // namespace

Task<http::Admission> TestApplication::admit(const http::Request& request) {
    http::Admission admission;
    ++admitted;
    if (const auto slow = request.headers.find("X-Slow")) co_await sleepFor(std::chrono::milliseconds(numberOf(std::string(*slow))));
    admission.bodyLimit = request.path.starts_with("/large") ? 50 << 20 : 1000;
    if (request.headers.find("X-Refuse")) admission.refusal = http::Response::make(401, "text/plain", "refused");
    admission.found = std::make_shared<std::string>("found of " + request.path);
    co_return admission;
}

Task<http::Response> TestApplication::handle(http::Request request) {
    ++handled;
    if (request.headers.find("X-Refuse")) co_return http::Response::make(401, "text/plain", "refused");
    if (request.path == "/found")
        co_return http::Response::make(200, "text/plain",
                                       request.admitted ? *std::static_pointer_cast<const std::string>(request.admitted) : "none");
    if (request.path == "/fixed") co_return http::Response::make(200, "application/json", std::string(1511, 'x'));
    if (request.path == "/echo") co_return http::Response::make(200, "text/plain", std::move(request.body));
    if (request.path == "/large") co_return http::Response::make(200, "text/plain", std::to_string(request.body.size()));
    if (request.path == "/big") co_return http::Response::make(200, "text/plain", std::string(numberOf(request.query), 'b'));
    if (request.path.starts_with("/stream")) {
        auto response = http::Response::make(200, "text/plain", "");
        response.source = std::make_shared<Pieces>(*this, request);
        co_return response;
    }
    if (request.path == "/nothing") co_return http::Response::make(204, "", "");
    if (request.path == "/throw") throw std::runtime_error("secret-detail");
    if (request.path == "/inject") {
        auto response = http::Response::make(200, "text/plain", "ok");
        response.headers.add("X-Good", "1");
        response.headers.add("X-Bad", "a\r\nX-Injected: 1");
        co_return response;
    }
    if (request.path == "/sleep") {
        co_await sleepFor(std::chrono::milliseconds(numberOf(request.query)));
        co_return http::Response::make(200, "text/plain", "slept");
    }
    if (request.path == "/wait") {
        co_await waitForPeer(request.disconnect);
        if (request.disconnect->gone()) ++gone;
        co_return http::Response::make(200, "text/plain", "waited");
    }
    std::string seen = request.methodText + " " + std::string(request.method == http::Method::other ? "other" : "known") +
                       " path=" + request.path + " query=" + request.query + " host=" + request.host + " peer=" + request.peer +
                       (request.tls ? " tls" : "") + "\n";
    for (const auto& [name, value] : request.headers) seen += name + "=" + value + "\n";
    co_return http::Response::make(200, "text/plain", seen + request.body);
}

http::Response TestApplication::fault(int status, std::string_view reason, std::string_view requestId) {
    return http::Response::make(status, "text/plain", std::string(reason) + " " + std::string(requestId));
}

TestServer::TestServer(http::Limits limits, int count) {
    std::vector<Loop*> pointers;
    for (int i = 0; i < count; ++i) {
        loops.push_back(std::make_unique<Loop>());
        pointers.push_back(loops.back().get());
        threads_.emplace_back([loop = loops.back().get()] { loop->run(); });
    }
    server = std::make_unique<http::Server>(pointers, application, limits);
    port = listen();
}

TestServer::~TestServer() {
    server.reset();
    for (auto& loop : loops) loop->stop();
    for (auto& thread : threads_) thread.join();
}

std::uint16_t TestServer::listen(const http::ListenSettings& settings) { return server->listen(settings); }

std::string Answer::header(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const auto start = at + name.size() + 4;
    return head.substr(start, head.find("\r\n", start) - start);
}

Client::Client(std::uint16_t port, ssl_ctx_st* tls, const char* address, const char* source) {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval wait{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (source) {
        sockaddr_in from{};
        from.sin_family = AF_INET;
        ::inet_pton(AF_INET, source, &from.sin_addr);
        ::bind(descriptor_, reinterpret_cast<sockaddr*>(&from), sizeof from);
    }
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &to.sin_addr);
    bool good = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
    if (good && tls) {
        ssl_ = SSL_new(tls);
        SSL_set_fd(ssl_, descriptor_);
        good = SSL_connect(ssl_) == 1;
    }
    if (!good) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

Client::Client(Client&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), ssl_(std::exchange(other.ssl_, nullptr)), received_(std::move(other.received_)) {}

Client::~Client() {
    if (ssl_) SSL_free(ssl_);
    if (descriptor_ >= 0) ::close(descriptor_);
}

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                               : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::size_t Client::readSome(char* into, std::size_t size) {
    const auto got = ssl_ ? SSL_read(ssl_, into, static_cast<int>(size)) : ::recv(descriptor_, into, size, 0);
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

bool Client::fill() {
    char buffer[65536];
    const auto got = readSome(buffer, sizeof buffer);
    received_.append(buffer, got);
    return got > 0;
}

Answer Client::answer(bool toHead) {
    Answer answer;
    std::size_t end;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
        if (!fill()) return answer;
    answer.head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    if (answer.head.size() > 12) answer.status = std::stoi(answer.head.substr(9, 3));
    const auto length = answer.header("Content-Length");
    const std::size_t size = length.empty() || toHead ? 0 : std::stoull(length);
    while (received_.size() < size)
        if (!fill()) break;
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    return answer;
}

bool Client::readable(std::chrono::milliseconds wait) {
    pollfd look{descriptor_, POLLIN, 0};
    return !received_.empty() || ::poll(&look, 1, static_cast<int>(wait.count())) > 0;
}

bool Client::closed(std::chrono::milliseconds wait) {
    if (!received_.empty() || !readable(wait)) return false;
    char byte;
    return readSome(&byte, 1) == 0;
}

std::string Client::takeRest() {
    while (fill()) {
    }
    return std::exchange(received_, {});
}

void Client::halfClose() { ::shutdown(descriptor_, SHUT_WR); }

void Client::reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(descriptor_);
    descriptor_ = -1;
}

std::string get(const std::string& path, const std::string& extra) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + extra + "\r\n";
}

http::TlsFiles makeCertificate(const std::string& folder, const std::string& name, int fromDays, int toDays) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), fromDays * 86400L);
    X509_gmtime_adj(X509_getm_notAfter(certificate), toDays * 86400L);
    X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    http::TlsFiles files{folder + "/" + name + ".crt", folder + "/" + name + ".key"};
    FILE* file = std::fopen(files.certificate.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(files.key.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return files;
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 500; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return condition();
}

}  // namespace polyclinic::test
