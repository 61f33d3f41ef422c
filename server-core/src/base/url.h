// Addresses (RFC 3986) in their parts: taken apart by Boost.URL, judged by part and put together again from what was
// understood. Nothing else in the server cuts an address at its slashes.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"

namespace polyclinic {

struct Url {
    /// other: what RFC 3986 allows and browsers read in ways of their own, or not at all (IPvFuture, a name with %41 or ';',
    /// a name that ends in a number).
    enum class HostKind { none, name, ipv4, ipv6, other };

    std::string scheme;  // lower case
    HostKind hostKind = HostKind::none;
    std::string host;                   // lower case; an IPv6 address in its short form, without brackets
    std::optional<std::uint16_t> port;  // where it is said
    std::string path;                   // still percent-encoded
    std::optional<std::string> query;   // likewise, without '?'
    bool user = false, fragment = false;

    /// http or https, with a host that every browser reads alike, and no user name in it.
    bool isWeb() const;
    /// localhost, 127.0.0.0/8 or ::1.
    bool isLoopback() const;
    /// The one that is said, or the usual one of http and https; 0 for other schemes.
    std::uint16_t effectivePort() const;

    /// "app.example.org:444", "[::1]:8080"; empty without a host.
    std::string authority() const;
    /// RFC 6454: "https://app.example.org:444". For isWeb().
    std::string origin() const;
    /// What a Host header may say for it: with the port, and without where it is the scheme's own. For isWeb().
    std::vector<std::string> hostHeaders() const;
};

/// Nothing for what is no whole address: without a scheme, with a broken escape, a foreign character or a port that is none.
std::optional<Url> parseUrl(std::string_view text);
/// The same for addresses that are Url::isWeb() and have no fragment.
std::optional<Url> parseWebUrl(std::string_view text);
/// Path of an address; empty where it has none, or is none.
std::string urlPath(std::string_view text);

/// Whether paths can be put behind it: a web address without query, fragment and closing slash.
bool isBaseUrl(std::string_view text);
/// An address, whole or not and without a fragment, with more fields in its query. What it had stays as it was written.
std::string withQuery(std::string_view address, const FormFields& fields);

}  // namespace polyclinic
