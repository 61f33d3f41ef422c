// A real server on loopback and a client that sends exactly the bytes it is given.

#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"

struct ssl_st;
struct ssl_ctx_st;

namespace polyclinic::test {

/// Answers by path: /fixed 1.5 KB, /echo the body, /headers the head as it arrived, /sleep?ms, /big?bytes,
/// /wait until the peer goes (at most 5 s), /throw, /stream?pieces of 64 kB that are made while they are sent (/stream/unknown:
/// without saying how many, /stream/broken: it fails behind the third, /stream/never: before the first). Bodies up to 1,000 bytes, below
/// /large up to 50 MB. Requests with "X-Refuse" are refused with 401, at admission where they have a body. "X-Slow: ms" makes that take so
/// long.
class TestApplication : public http::Application {
  public:
    Task<http::Admission> admit(const http::Request& request) override;
    Task<http::Response> handle(http::Request request) override;
    http::Response fault(int status, std::string_view reason, std::string_view requestId) override;

    std::atomic<int> admitted{0}, handled{0}, gone{0}, pieces{0};
};

class TestServer {
  public:
    explicit TestServer(http::Limits limits = {}, int loops = 2);
    ~TestServer();

    std::uint16_t listen(const http::ListenSettings& settings = {});
    TestApplication application;
    std::vector<std::unique_ptr<Loop>> loops;
    std::unique_ptr<http::Server> server;
    std::uint16_t port = 0;  // of the plain listener that the constructor opens

  private:
    std::vector<std::thread> threads_;
};

struct Answer {
    int status = 0;  // 0: none came
    std::string head, body;
    /// Value of a header, empty when there is none.
    std::string header(const std::string& name) const;
};

/// Blocking; every wait ends after 10 seconds.
class Client {
  public:
    explicit Client(std::uint16_t port, ssl_ctx_st* tls = nullptr, const char* address = "127.0.0.1", const char* source = nullptr);
    ~Client();
    Client(Client&& other) noexcept;

    bool connected() const { return descriptor_ >= 0; }
    bool send(std::string_view bytes);
    /// The next answer; `toHead`: it has no body whatever its headers say.
    Answer answer(bool toHead = false);
    Answer ask(std::string_view bytes) {
        send(bytes);
        return answer();
    }
    /// The server has closed: true within `wait`. Fails when bytes come instead.
    bool closed(std::chrono::milliseconds wait = std::chrono::seconds(10));
    /// Anything to read within `wait`.
    bool readable(std::chrono::milliseconds wait);
    std::size_t readSome(char* into, std::size_t size);
    /// Everything until the server closes.
    std::string takeRest();
    void halfClose();
    void reset();
    int descriptor() const { return descriptor_; }
    ssl_st* tls() const { return ssl_; }

  private:
    bool fill();
    int descriptor_ = -1;
    ssl_st* ssl_ = nullptr;
    std::string received_;
};

/// "GET <path> HTTP/1.1" with Host and these extra header lines.
std::string get(const std::string& path, const std::string& extra = {});

/// A self-signed certificate for localhost, made now; writes <name>.crt and <name>.key. Days may lie in the
/// past.
http::TlsFiles makeCertificate(const std::string& folder, const std::string& name, int fromDays, int toDays);

/// Waits until `condition` holds, at most 5 seconds.
bool eventually(const std::function<bool()>& condition);

}  // namespace polyclinic::test
