#include "base/url.h"

#include <algorithm>
#include <boost/url.hpp>
#include <boost/url/src.hpp>  // the library itself, compiled here
#include <charconv>

#include "base/text.h"

namespace polyclinic {
namespace {

using boost::urls::host_type;

/// Letters, digits, '-' and '_' between dots. A last part of digits alone would be an IPv4 address for browsers
/// (https://url.spec.whatwg.org/#ends-in-a-number-checker).
bool isPlainName(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    const auto parts = split(name, '.');
    const auto isPlain = [](char c) { return isAsciiLetter(c) || isAsciiDigit(c) || c == '-' || c == '_'; };
    const auto last = parts.back();
    const bool number = std::ranges::all_of(last, isAsciiDigit) || (sameIgnoringCase(last.substr(0, 2), "0x"));
    return !number && std::ranges::all_of(parts, [&](auto part) { return !part.empty() && std::ranges::all_of(part, isPlain); });
}

std::optional<boost::urls::url_view> parsedBy(std::string_view text) {
    const auto parsed = boost::urls::parse_uri(boost::urls::string_view(text.data(), text.size()));
    return parsed ? std::optional(*parsed) : std::nullopt;
}

/// Boost.URL 1.81 reads 127.0.0.1.example as the address 127.0.0.1 and a path ".example". Behind an authority a path begins with '/'.
bool endsTooEarly(const boost::urls::url_view& url) {
    return url.has_authority() && !url.encoded_path().empty() && !url.encoded_path().starts_with('/');
}

/// `skipped`: characters before the name that are none of it.
void readHost(const boost::urls::url_view& from, std::size_t skipped, Url& url) {
    switch (from.host_type()) {
        case host_type::none:
            return;
        case host_type::ipv4:
            url.hostKind = Url::HostKind::ipv4;
            url.host = from.host_ipv4_address().to_string();
            return;
        case host_type::ipv6:
            url.hostKind = Url::HostKind::ipv6;
            url.host = from.host_ipv6_address().to_string();
            return;
        case host_type::name:
        case host_type::ipvfuture:
            break;
    }
    url.host = lowerAscii(std::string_view(from.encoded_host()).substr(skipped));
    const bool plain = from.host_type() == host_type::name && isPlainName(url.host);
    url.hostKind = url.host.empty() ? Url::HostKind::none : plain ? Url::HostKind::name : Url::HostKind::other;
}

/// False for a colon with no port behind it, and for numbers that are none.
bool readPort(const boost::urls::url_view& from, Url& url) {
    if (!from.has_port()) return true;
    const std::string_view digits = from.port();
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || end != digits.data() + digits.size() || port == 0) return false;
    url.port = port;
    return true;
}

}  // namespace

bool Url::isWeb() const {
    return (scheme == "https" || scheme == "http") && hostKind != HostKind::none && hostKind != HostKind::other && !user;
}

bool Url::isLoopback() const {
    return host == "localhost" || (hostKind == HostKind::ipv6 && host == "::1") || (hostKind == HostKind::ipv4 && host.starts_with("127."));
}

std::uint16_t Url::effectivePort() const {
    if (port) return *port;
    return scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
}

std::string Url::authority() const {
    auto text = hostKind == HostKind::ipv6 ? '[' + host + ']' : host;
    if (port) text += ':' + std::to_string(*port);
    return text;
}

std::string Url::origin() const { return scheme + "://" + authority(); }

std::vector<std::string> Url::hostHeaders() const {
    auto bare = *this;
    bare.port.reset();
    const auto usual = bare.effectivePort();
    const auto name = bare.authority();
    std::vector<std::string> headers{name + ':' + std::to_string(effectivePort())};
    if (effectivePort() == usual) headers.push_back(name);
    return headers;
}

std::optional<Url> parseUrl(std::string_view text) {
    auto parsed = parsedBy(text);
    if (!parsed) return std::nullopt;
    Url url;
    url.scheme = lowerAscii(parsed->scheme());
    std::string named;
    if (endsTooEarly(*parsed)) {
        // Behind a letter it is no IPv4 address for the library, but the name that it is (RFC 3986 section 3.2.2).
        named = text;
        named.insert(url.scheme.size() + std::string_view("://").size(), 1, 'x');
        parsed = parsedBy(named);
        if (!parsed || endsTooEarly(*parsed)) return std::nullopt;
    }
    if (parsed->has_authority()) {
        readHost(*parsed, named.empty() ? 0 : 1, url);
        if (!readPort(*parsed, url)) return std::nullopt;
        url.user = parsed->has_userinfo();
    }
    url.path = std::string_view(parsed->encoded_path());
    if (parsed->has_query()) url.query = std::string(std::string_view(parsed->encoded_query()));
    url.fragment = parsed->has_fragment();
    return url;
}

std::optional<Url> parseWebUrl(std::string_view text) {
    auto url = parseUrl(text);
    if (!url || !url->isWeb() || url->fragment) return std::nullopt;
    return url;
}

std::string urlPath(std::string_view text) {
    auto url = parseUrl(text);
    return url ? std::move(url->path) : std::string();
}

bool isBaseUrl(std::string_view text) {
    const auto url = parseWebUrl(text);
    return url && !url->query && !url->path.ends_with('/');
}

std::string withQuery(std::string_view address, const FormFields& fields) {
    std::string text(address);
    const auto mark = text.find('?');
    if (mark == text.npos)
        text += '?';
    else if (mark + 1 != text.size() && text.back() != '&')
        text += '&';
    return text + encodeForm(fields);
}

}  // namespace polyclinic
