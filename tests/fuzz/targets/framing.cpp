#include "http/framing.h"

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "http/request_parser.h"
#include "http/router.h"
#include "http/trusted_proxies.h"
#include "targets.h"

namespace polyclinic::fuzz {
namespace {

using http::RequestHead;
using http::RequestParser;

/// Small, so that inputs reach them.
const http::Limits limits{.headerBytes = 1024, .headerCount = 16, .targetBytes = 256};
constexpr std::size_t longestBody = 512;

bool isPlain(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 || c == '\t'; });
}

bool framesBody(std::string_view name) { return sameIgnoringCase(name, "Content-Length") || sameIgnoringCase(name, "Transfer-Encoding"); }

void demandClean(const RequestHead& head) {
    demand(head.target.starts_with('/'), "A target is a path.");
    demand(head.target.size() <= limits.targetBytes + 1, "A target has its limit.");
    demand(head.headers.count("Host") <= 1 && head.headers.count("Content-Length") <= 1 && head.headers.count("Transfer-Encoding") <= 1 &&
               head.headers.count("Authorization") <= 1,
           "What frames or authorizes a request stands there once.");
    demand(head.headers.count("Content-Length") + head.headers.count("Transfer-Encoding") <= 1, "A body has one length.");
    std::size_t count = 0;
    for (const auto& [name, value] : head.headers) {
        demand(isPlain(name) && isPlain(value) && !name.empty(), "No header hides a line.");
        ++count;
    }
    demand(count <= limits.headerCount, "Headers have their limit.");

    if (const auto segments = http::pathSegments(head.path)) {
        std::string path;
        for (const auto& segment : *segments) {
            demand(isPlain(segment) && segment.find_first_of("/\\") == segment.npos && segment != "." && segment != ".." && isUtf8(segment),
                   "A segment leads nowhere else.");
            path += '/' + percentEncode(segment);
        }
        demand(http::pathSegments(path) == segments, "A path's segments make the path.");
    }
    static const http::TrustedProxies proxies({"10.0.0.0/8", "::1"});
    const auto client = proxies.clientOf("10.0.0.1", head.headers);
    demand(client.find_first_not_of("0123456789abcdef.:") == client.npos, "A client's address is an address.");
}

/// A request written out anew from what was understood of it.
std::string written(const RequestHead& head, const std::string& body, bool version11) {
    std::string text = head.methodText + ' ' + head.target + (version11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n");
    for (const auto& [name, value] : head.headers)
        if (!framesBody(name)) text += name + ": " + value + "\r\n";
    return text + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Understood {
    std::string requests;  // a line each
    std::string again;     // the same requests as we would write them
    std::string end;
};

/// What a connection would make of `stream` when it came in pieces; `next` says how long the next one is.
template <class Next>
Understood understood(std::string_view stream, Next next) {
    RequestParser parser;
    std::string received, body;
    Understood all;
    std::size_t scanned = 0, at = 0;
    bool inBody = false;
    RequestHead head;
    for (;;) {
        if (!inBody && received.size() > scanned) {
            const auto scan = http::findHead(received, scanned, limits);
            scanned = received.size();
            if (scan.fault) return all.end = "fault", all;
            if (scan.bytes > 0) {
                const auto raw = std::string_view(received).substr(0, scan.bytes);
                if (http::checkHead(raw, limits)) return all.end = "fault", all;
                head = {};
                if (!parser.head(raw, head)) return all.end = "refused", all;
                demandClean(head);
                received.erase(0, scan.bytes);
                scanned = 0;
                body.clear();
                inBody = true;
            }
        }
        if (inBody && !parser.done() && !received.empty()) {
            const auto step = parser.body(received, body, longestBody);
            demand(step.used <= received.size() && body.size() <= longestBody, "A body keeps to its limit and to what came.");
            received.erase(0, step.used);
            if (step.state == RequestParser::Body::faulty) return all.end = "faulty", all;
            if (step.state == RequestParser::Body::tooLarge) return all.end = "large", all;
        }
        if (inBody && parser.done()) {
            all.requests += head.methodText + ' ' + head.target + ' ' + head.host + (parser.keepAlive() ? " keep [" : " close [");
            for (const auto& [name, value] : head.headers)
                if (!framesBody(name)) all.requests += name + '=' + value + '|';
            all.requests += "] [" + body + "]\n";
            all.again += written(head, body, parser.version11());
            inBody = false;
            scanned = 0;
            continue;
        }
        if (at == stream.size()) return all.end = "open", all;
        const auto size = std::clamp<std::size_t>(next(), 1, stream.size() - at);
        received.append(stream, at, size);
        at += size;
    }
}

/// The same requests and the same end; only that the last bytes of a broken or too long body may still wait for more.
bool sameMeaning(const Understood& atOnce, const Understood& cut) {
    return atOnce.requests == cut.requests &&
           (atOnce.end == cut.end || ((atOnce.end == "faulty" || atOnce.end == "large") && cut.end == "open"));
}

}  // namespace

void framing(std::string_view input) {
    if (input.empty()) return;
    unsigned random = static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    const auto atOnce = understood(input, [&] { return input.size(); });
    const auto cut = understood(input, [&] {
        random = random * 1'103'515'245 + 12'345;
        return (random >> 16) % 40;
    });
    demand(sameMeaning(atOnce, cut), "A request means the same however it is cut.");
    // Ours may be a little longer than what came: a length where there was none.
    const auto again = understood(atOnce.again, [&] { return atOnce.again.size(); });
    demand(again.requests == atOnce.requests || again.end == "fault", "A request written out anew means the same.");
    if (input.size() <= 2'000) demand(sameMeaning(atOnce, understood(input, [] { return 1; })), "A request means the same byte by byte.");
}

}  // namespace polyclinic::fuzz
