#include "http/framing.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace polyclinic::http {
namespace {

// RFC 9110 section 5.6.2.
constexpr std::array<bool, 256> tokenCharacters = [] {
    std::array<bool, 256> table{};
    for (char c : std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

constexpr std::array<bool, 256> hostCharacters = [] {
    std::array<bool, 256> table{};
    for (char c : std::string_view("-._:[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();

bool all(std::string_view text, const std::array<bool, 256>& table) {
    return std::all_of(text.begin(), text.end(), [&](unsigned char c) { return table[c]; });
}

bool isToken(std::string_view text) { return !text.empty() && all(text, tokenCharacters); }

/// The authority of a target in absolute form; nothing for another form.
std::optional<std::string_view> authorityOf(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"})
        if (sameIgnoringCase(target.substr(0, scheme.size()), scheme)) {
            const auto rest = target.substr(scheme.size());
            return rest.substr(0, rest.find_first_of("/?"));
        }
    return std::nullopt;
}

/// What the fields say together. One pass fills it, judge() weighs it.
struct Fields {
    int hosts = 0, lengths = 0, encodings = 0, authorizations = 0;
    std::string_view host, length, encoding;

    void take(std::string_view name, std::string_view value) {
        if (sameIgnoringCase(name, "Host")) {
            ++hosts;
            host = value;
        } else if (sameIgnoringCase(name, "Content-Length")) {
            ++lengths;
            length = value;
        } else if (sameIgnoringCase(name, "Transfer-Encoding")) {
            ++encodings;
            encoding = value;
        } else if (sameIgnoringCase(name, "Authorization")) {
            ++authorizations;
        }
    }

    std::optional<Fault> judge(bool version11) const {
        if (hosts > 1) return Fault{400, "There is more than one Host header."};
        if (hosts == 0 && version11) return Fault{400, "The Host header is missing."};
        if (hosts == 1 && (host.empty() || !all(host, hostCharacters))) return Fault{400, "The Host header names no host."};
        if (authorizations > 1) return Fault{400, "There is more than one Authorization header."};
        if (encodings > 0) {
            if (lengths > 0) return Fault{400, "Content-Length and Transfer-Encoding exclude each other."};
            if (encodings > 1 || !sameIgnoringCase(encoding, "chunked") || !version11)
                return Fault{400, "The only Transfer-Encoding understood is one \"chunked\"."};
        }
        if (lengths > 1) return Fault{400, "There is more than one Content-Length header."};
        const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
        if (lengths == 1 && (length.empty() || length.size() > 18 || !std::all_of(length.begin(), length.end(), isDigit)))
            return Fault{400, "The Content-Length is not a number."};
        return std::nullopt;
    }
};

std::optional<Fault> checkTarget(std::string_view target, const Limits& limits) {
    if (target.size() > limits.targetBytes) return Fault{414, "The address is too long."};
    // RFC 3986: what is not visible ASCII is percent-encoded, and a fragment is never sent.
    for (const unsigned char c : target)
        if (c <= 0x20 || c >= 0x7f || c == '#') return Fault{400, "The address holds a character that must be encoded."};
    if (!target.starts_with('/') && !authorityOf(target)) return Fault{400, "The address is not a path."};
    return std::nullopt;
}

}  // namespace

HeadScan findHead(std::string_view received, std::size_t seen, const Limits& limits) {
    // Request line: method and version beside the target take less than 64 bytes.
    const std::size_t lineLimit = limits.targetBytes + 64;
    for (std::size_t i = seen; i < received.size(); ++i) {
        const unsigned char c = received[i];
        // Looked at from behind: the byte after a CR may come in a later packet.
        if (i > 0 && received[i - 1] == '\r' && c != '\n') return {0, Fault{400, "A CR stands alone."}};
        if (c >= 0x20 && c != 0x7f) continue;
        if (c == '\n') {
            if (i == 0 || received[i - 1] != '\r') return {0, Fault{400, "A line ends without CR."}};
            if (i == 1) return {0, Fault{400, "The request begins with an empty line."}};
            if (i >= 3 && received[i - 2] == '\n') {
                const auto line = received.find("\r\n");
                if (line > lineLimit) return {0, Fault{414, "The address is too long."}};
                if (i - line > limits.headerBytes) return {0, Fault{431, "The headers are too large."}};
                return {i + 1, std::nullopt};
            }
        } else if (c != '\r' && c != '\t') {
            return {0, Fault{400, "The head of the request holds a control character."}};
        }
    }
    if (received.size() > lineLimit) {
        const auto line = received.substr(0, lineLimit).find("\r\n");
        if (line == std::string_view::npos) return {0, Fault{414, "The address is too long."}};
        if (received.size() - line > limits.headerBytes) return {0, Fault{431, "The headers are too large."}};
    }
    return {};
}

std::optional<Fault> checkHead(std::string_view head, const Limits& limits) {
    const auto lineEnd = head.find("\r\n");
    const auto line = head.substr(0, lineEnd);
    const auto first = line.find(' '), last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return Fault{400, "The request line is not understood."};
    const auto method = line.substr(0, first), target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!isToken(method) || method.size() > 32) return Fault{400, "The method is not understood."};
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return Fault{400, "Only HTTP/1.1 and HTTP/1.0 are spoken here."};
    if (const auto fault = checkTarget(target, limits)) return fault;

    Fields fields;
    std::size_t count = 0;
    for (auto rest = head.substr(lineEnd + 2); rest != "\r\n";) {
        const auto end = rest.find("\r\n");
        const auto field = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (++count > limits.headerCount) return Fault{431, "There are too many headers."};
        if (field.front() == ' ' || field.front() == '\t') return Fault{400, "A header is folded over two lines."};
        const auto colon = field.find(':');
        if (colon == std::string_view::npos || !isToken(field.substr(0, colon)))
            return Fault{400, "The name of a header is not understood."};
        fields.take(field.substr(0, colon), trimmed(field.substr(colon + 1)));
    }
    if (const auto fault = fields.judge(version == "HTTP/1.1")) return fault;
    if (const auto authority = authorityOf(target); authority && !sameIgnoringCase(*authority, fields.host))
        return Fault{400, "The address and the Host header name different hosts."};
    return std::nullopt;
}

std::string originForm(std::string_view target) {
    const auto authority = authorityOf(target);
    if (!authority) return std::string(target);
    const auto rest = target.substr(authority->data() + authority->size() - target.data());
    return rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
}

}  // namespace polyclinic::http
