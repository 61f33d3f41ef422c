#include "oauth/redirect_uri.h"

#include <algorithm>
#include <charconv>

namespace polyclinic::oauth {
namespace {

constexpr std::size_t longest = 2000;

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

struct Parts {
    std::string_view scheme, host, port, rest;
};

/// Host and port of "//host[:port]..."; false for a user name, an empty host or a port that is none.
bool readAuthority(std::string_view after, Parts& parts) {
    const auto authority = after.substr(0, after.find_first_of("/?"));
    parts.rest = after.substr(authority.size());
    if (authority.find('@') != authority.npos) return false;
    auto colon = authority.rfind(':');
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == authority.npos) return false;
        colon = close + 1 == authority.size() ? authority.npos : close + 1;
        if (colon != authority.npos && authority[colon] != ':') return false;
    }
    parts.host = authority.substr(0, colon);
    if (parts.host.empty()) return false;
    if (!parts.host.starts_with('[') &&
        !std::all_of(parts.host.begin(), parts.host.end(), [](char c) { return isLetter(c) || isDigit(c) || c == '.' || c == '-'; }))
        return false;
    if (colon == authority.npos) return true;
    parts.port = authority.substr(colon + 1);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(parts.port.data(), parts.port.data() + parts.port.size(), number);
    return error == std::errc() && end == parts.port.data() + parts.port.size() && number > 0 && number <= 65535;
}

std::optional<std::string> webFault(std::string_view uri, Parts& parts) {
    if (!uri.starts_with("https://") && !uri.starts_with("http://")) return "must begin with https://.";
    const bool plain = uri.starts_with("http://");
    if (!readAuthority(uri.substr(plain ? 7 : 8), parts)) return "has no plain host name after its scheme.";
    if (plain && parts.host != "127.0.0.1" && parts.host != "[::1]" && parts.host != "localhost")
        return "must begin with https://; http:// is for this computer alone (127.0.0.1).";
    return std::nullopt;
}

std::optional<std::string> textFault(std::string_view uri) {
    if (uri.empty() || uri.size() > longest) return "must have 1 to 2000 characters.";
    for (const char c : uri)
        if (c <= 0x20 || c >= 0x7F || c == '"' || c == '<' || c == '>' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '|' ||
            c == '}')
            return "holds a character that must be percent-encoded.";
    if (uri.find('#') != uri.npos) return "must not have a fragment (#).";
    if (uri.find('*') != uri.npos) return "must not have a wildcard (*).";
    return std::nullopt;
}

}  // namespace

std::optional<std::string> pageUriFault(std::string_view uri) {
    if (auto fault = textFault(uri)) return fault;
    Parts parts;
    return webFault(uri, parts);
}

std::optional<std::string> redirectUriFault(std::string_view uri) {
    if (auto fault = textFault(uri)) return fault;
    const auto colon = uri.find(':');
    if (colon == uri.npos || !isLetter(uri.front())) return "must be a whole address with its scheme.";
    const auto scheme = uri.substr(0, colon);
    Parts parts;
    if (scheme == "https" || scheme == "http") return webFault(uri, parts);
    const bool wellFormed = std::all_of(scheme.begin(), scheme.end(),
                                        [](char c) { return (c >= 'a' && c <= 'z') || isDigit(c) || c == '.' || c == '-' || c == '+'; });
    if (!wellFormed || scheme.find('.') == scheme.npos || scheme.ends_with('.'))
        return "must be https, http on this computer, or a scheme of the app's own such as com.example.app.";
    if (uri.size() == colon + 1) return "has nothing after its scheme.";
    return std::nullopt;
}

}  // namespace polyclinic::oauth
