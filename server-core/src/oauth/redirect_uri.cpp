#include "oauth/redirect_uri.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"

namespace polyclinic::oauth {
namespace {

constexpr std::size_t longest = 2000;

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

bool isWebScheme(std::string_view scheme) { return scheme == "https" || scheme == "http"; }

std::optional<std::string> webFault(std::string_view uri) {
    const auto url = parseWebUrl(uri);
    if (!url) return "has no plain host name after its scheme, or is otherwise no address that all browsers read alike.";
    if (url->scheme == "http" && url->host != "127.0.0.1" && url->host != "::1" && url->host != "localhost")
        return "must begin with https://; http:// is for this computer alone (127.0.0.1).";
    return std::nullopt;
}

/// A private-use scheme (RFC 8252 section 7.1): small letters, with a dot.
bool isOwnScheme(std::string_view scheme) {
    const auto isPlain = [](char c) {
        return (isAsciiLetter(c) && c == lowerAscii(c)) || isAsciiDigit(c) || c == '.' || c == '-' || c == '+';
    };
    return std::ranges::all_of(scheme, isPlain) && scheme.find('.') != scheme.npos && !scheme.ends_with('.');
}

}  // namespace

std::optional<std::string> pageUriFault(std::string_view uri) {
    if (auto fault = textFault(uri)) return fault;
    if (!uri.starts_with("https://") && !uri.starts_with("http://")) return "must begin with https://.";
    return webFault(uri);
}

std::optional<std::string> redirectUriFault(std::string_view uri) {
    if (auto fault = textFault(uri)) return fault;
    const auto colon = uri.find(':');
    if (colon == uri.npos || !isAsciiLetter(uri.front())) return "must be a whole address with its scheme.";
    const auto scheme = uri.substr(0, colon);
    if (isWebScheme(scheme)) return webFault(uri);
    if (!isOwnScheme(scheme)) return "must be https, http on this computer, or a scheme of the app's own such as com.example.app.";
    if (uri.size() == colon + 1) return "has nothing after its scheme.";
    if (!parseUrl(uri)) return "is no address (RFC 3986).";
    return std::nullopt;
}

std::string redirectOrigin(std::string_view uri) {
    if (redirectUriFault(uri)) return {};
    const auto url = parseUrl(uri);
    return url->isWeb() ? url->origin() : url->scheme + ':';
}

std::string redirectHost(std::string_view uri) {
    if (redirectUriFault(uri)) return {};
    const auto url = parseUrl(uri);
    return url->isWeb() ? url->authority() : url->scheme;
}

}  // namespace polyclinic::oauth
