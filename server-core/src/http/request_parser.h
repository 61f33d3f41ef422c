// Beast's request parser, filling our own values. The only place that knows Beast.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace polyclinic::http {

/// One request after the other of one connection.
class RequestParser {
  public:
    RequestParser();
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;

    /// Begins a request with a whole head that checkHead took; fills method, target, path, query, headers and
    /// host. False when the parser objects.
    bool head(std::string_view head, RequestHead& into);

    // About the head just parsed.
    bool keepAlive() const;
    /// True for HTTP/1.1, false for HTTP/1.0.
    bool version11() const;
    bool chunked() const;
    /// Nothing when chunked; 0 when there is no body.
    std::optional<std::uint64_t> contentLength() const;
    /// The body, if any, has been read to its end.
    bool done() const;

    enum class Body { more, complete, tooLarge, faulty };
    struct Step {
        Body state;
        std::size_t used;  // of `bytes`
    };
    /// Goes on with the body, appending to `into` up to `limit` bytes in all. Trailers are read and
    /// forgotten.
    Step body(std::string_view bytes, std::string& into, std::size_t limit);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace polyclinic::http
