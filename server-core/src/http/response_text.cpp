#include "http/response_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/log.h"
#include "base/text.h"

namespace polyclinic::http {
namespace {

std::string_view reasonOf(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 201:
            return "Created";
        case 202:
            return "Accepted";
        case 204:
            return "No Content";
        case 301:
            return "Moved Permanently";
        case 302:
            return "Found";
        case 303:
            return "See Other";
        case 304:
            return "Not Modified";
        case 307:
            return "Temporary Redirect";
        case 308:
            return "Permanent Redirect";
        case 400:
            return "Bad Request";
        case 401:
            return "Unauthorized";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 406:
            return "Not Acceptable";
        case 408:
            return "Request Timeout";
        case 409:
            return "Conflict";
        case 410:
            return "Gone";
        case 412:
            return "Precondition Failed";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 415:
            return "Unsupported Media Type";
        case 421:
            return "Misdirected Request";
        case 422:
            return "Unprocessable Content";
        case 429:
            return "Too Many Requests";
        case 431:
            return "Request Header Fields Too Large";
        case 500:
            return "Internal Server Error";
        case 501:
            return "Not Implemented";
        case 503:
            return "Service Unavailable";
        case 507:
            return "Insufficient Storage";
        default:
            return "Status";
    }
}

bool isOurs(std::string_view name) {
    constexpr std::array<std::string_view, 6> ours{"Content-Length", "Date", "Connection", "Transfer-Encoding", "Server", "X-Request-Id"};
    return std::any_of(ours.begin(), ours.end(), [&](std::string_view own) { return sameIgnoringCase(own, name); });
}

bool fitsOneLine(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7f; });
}

void number(std::uint64_t value, std::string& out) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

void line(std::string_view name, std::string_view value, std::string& out) { out.append(name).append(": ").append(value).append("\r\n"); }

}  // namespace

bool mayHaveBody(int status) { return status >= 200 && status != 204 && status != 304; }

void writeHead(const Response& response, const Envelope& envelope, std::string& out) {
    out.append("HTTP/1.1 ");
    number(static_cast<std::uint64_t>(response.status), out);
    out.append(" ").append(reasonOf(response.status)).append("\r\n");
    line("Date", envelope.date, out);
    line("Server", "Polyclinic", out);
    for (const auto& [name, value] : response.headers) {
        if (isOurs(name)) continue;
        if (fitsOneLine(name) && fitsOneLine(value))
            line(name, value, out);
        else
            log::error("request {}: a header with a control character was left out", envelope.requestId);
    }
    line("X-Request-Id", envelope.requestId, out);
    const auto length = response.source ? response.source->length() : response.body.size();
    if (mayHaveBody(response.status) && length) {
        out.append("Content-Length: ");
        number(*length, out);
        out.append("\r\n");
    } else if (envelope.chunked) {
        line("Transfer-Encoding", "chunked", out);
    }
    line("Connection", envelope.keepAlive ? "keep-alive" : "close", out);
    out.append("\r\n");
}

}  // namespace polyclinic::http
