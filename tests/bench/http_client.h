// As much of HTTP/1.1 as a client on loopback needs.

#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace polyclinic::bench {

struct Answer {
    int status = 0;
    std::string head;  // status line and fields
    std::string body;
    /// The first field of that name; empty when there is none.
    std::string field(std::string_view name) const;
};

/// Takes a whole answer off the front of `buffer`; false when there is none yet. Throws std::runtime_error for
/// bytes that are no HTTP answer.
bool takeAnswer(std::string& buffer, Answer& answer);

/// http://127.0.0.1:8080/path taken apart. Throws for anything but plain http with an IPv4 address or "localhost".
struct Address {
    std::string host, path;  // host with port; path without a slash at its end
    int port = 80;
    explicit Address(const std::string& url);
};

using Headers = std::map<std::string, std::string>;

std::string requestText(std::string_view method, std::string_view host, std::string_view target, const Headers& headers,
                        std::string_view body);

/// A connected socket; -1 never comes back: throws.
int connectTo(const Address& address);

/// One request on a connection of its own. `url` absolute. Throws when there is no answer within `patience`.
Answer ask(std::string_view method, const std::string& url, const Headers& headers = {}, std::string_view body = {},
           std::chrono::seconds patience = std::chrono::seconds(30));

/// Demands one of the two statuses; throws with status and path, and the start of the body.
Answer demand(const Answer& answer, int status, int other, const std::string& what);

/// Token of a client by client_credentials (RFC 6749 section 4.4, HTTP Basic).
std::string tokenOf(const std::string& endpoint, const std::string& client, const std::string& secret, const std::string& scope);

}  // namespace polyclinic::bench
