// Request and response as the rest of the core sees them: plain values, no HTTP engine.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/task.h"

namespace polyclinic::http {

enum class Method { get, head, post, put, del, patch, options, other };

/// Names compare without case, as RFC 9110 section 5.1 says; order and repetition are kept.
class Headers {
  public:
    void add(std::string name, std::string value) { entries_.emplace_back(std::move(name), std::move(value)); }
    /// Replaces all of that name.
    void set(std::string_view name, std::string value);
    /// The first of that name, or nothing.
    std::optional<std::string_view> find(std::string_view name) const;
    std::size_t count(std::string_view name) const;
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }

  private:
    std::vector<std::pair<std::string, std::string>> entries_;
};

/// Which door a request came through: it decides what may be served, never the peer's address.
enum class ListenerKind { clinics, operators };

struct RequestHead {
    Method method = Method::get;
    std::string methodText;  // as sent
    std::string target;      // as sent, origin form
    std::string path;        // target before '?', still percent-encoded
    std::string query;       // target after '?', still percent-encoded, without '?'
    Headers headers;
    std::string host;                        // the Host header, lower case; empty for HTTP/1.0 without one
    std::string peer;                        // address without port
    std::optional<std::uint32_t> peerOwner;  // account of this computer that asks, at the operators' door
    bool tls = false;
    ListenerKind listener = ListenerKind::clinics;
    std::string id;  // drawn by the listener, one a request; in every log line and X-Request-Id

    /// First header of that name, or empty.
    std::string_view header(std::string_view name) const { return headers.find(name).value_or(std::string_view()); }
};

struct Request : RequestHead {
    std::string body;
    std::shared_ptr<Disconnect> disconnect;
    std::shared_ptr<const void> bodyShare;  // of the budget for bodies: given back with the last copy
    std::shared_ptr<const void> admitted;   // what the application's admission found out, for its handler
};

/// A body that is made while it is sent. Used by one loop.
class BodySource {
  public:
    virtual ~BodySource() = default;
    /// Bytes in all, where they are known before; then next() gives exactly so many.
    virtual std::optional<std::uint64_t> length() const = 0;
    /// Appends the next piece, some 64 kB at most; false at the end. What it throws before anything was sent becomes
    /// fault(500), later it ends the connection.
    virtual Task<bool> next(std::string& into) = 0;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    std::shared_ptr<BodySource> source = {};  // in the place of `body` where that would be large
    bool close = false;                       // end the connection after this answer

    static Response make(int status, std::string contentType, std::string body) {
        Response response;
        response.status = status;
        if (!contentType.empty()) response.headers.add("Content-Type", std::move(contentType));
        response.body = std::move(body);
        return response;
    }
};

}  // namespace polyclinic::http
