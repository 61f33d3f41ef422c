// A response as bytes.

#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace polyclinic::http {

/// What the listener adds to every answer.
struct Envelope {
    std::string_view date;  // IMF-fixdate
    std::string_view requestId;
    bool keepAlive = true;
    bool chunked = false;  // a body whose length nobody knows yet
};

/// Status line and headers with their empty line, appended to `out`. Content-Length, Date, Connection, Server
/// and X-Request-Id are ours: the response's own are left out, and so is a header that would break out of its
/// line.
void writeHead(const Response& response, const Envelope& envelope, std::string& out);

/// Whether an answer of this status carries a body (RFC 9110 section 6.4.1).
bool mayHaveBody(int status);

}  // namespace polyclinic::http
