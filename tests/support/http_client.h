// Asking a server in tests: libcurl for requests as programs make them, a bare socket for those that none makes.

#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyclinic::test {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
    int status = 0;
    HttpHeaders headers;  // names in lower case, in the order they came
    std::string body;
    nlohmann::json json;  // discarded where the body is no JSON

    /// The first header of that (lower case) name; empty when there is none.
    std::string header(std::string_view name) const;
    /// Status line, headers and body: what canaries are looked for in.
    std::string everything() const;
    /// Diagnostics of an OperationOutcome's issues, one a line; for messages of failed tests.
    std::string told() const;
};

/// Asks over this thread's kept connection. An empty value sends the header empty; "Expect" is never sent unasked.
/// Failure: std::runtime_error where no answer comes within `patience`. Redirects are not followed.
HttpAnswer http(const std::string& method, const std::string& url, const HttpHeaders& headers = {}, std::string_view body = {},
                std::chrono::milliseconds patience = std::chrono::seconds(30));

/// {"Authorization", "Bearer ..."}.
HttpHeaders bearer(const std::string& token);
/// The same and a JSON body's type.
HttpHeaders bearerJson(const std::string& token);
/// Percent-encodes all but unreserved characters.
std::string encoded(std::string_view text);
/// name=value&... as a form's body.
std::string form(const std::vector<std::pair<std::string, std::string>>& fields);

/// Bytes to and from a server, as they are.
class RawSocket {
  public:
    /// `url`: scheme, host and port; the rest is not looked at. Failure: std::runtime_error.
    explicit RawSocket(const std::string& url);
    ~RawSocket();
    RawSocket(const RawSocket&) = delete;

    /// Whether all went out.
    bool send(std::string_view bytes);
    /// Everything until the server closes, or until nothing came for `patience`.
    std::string readAll(std::chrono::milliseconds patience);
    /// One whole answer (by Content-Length); empty when none comes for `patience`. Status 0: not an HTTP answer.
    HttpAnswer answer(std::chrono::milliseconds patience = std::chrono::seconds(10));
    /// Whether the server has closed, waiting `patience` at most.
    bool closed(std::chrono::milliseconds patience);
    /// Forgets the socket without a goodbye (RST).
    void reset();
    int file() const { return file_; }

  private:
    bool fill(std::chrono::milliseconds patience);

    int file_ = -1;
    bool ended_ = false;
    std::string got_;
};

/// Sends the bytes over a connection of their own and reads one answer.
HttpAnswer raw(const std::string& url, std::string_view bytes, std::chrono::milliseconds patience = std::chrono::seconds(10));

/// host:port of an address.
std::string authorityOf(const std::string& url);
/// Path and query of an address.
std::string pathOf(const std::string& url);

}  // namespace polyclinic::test
