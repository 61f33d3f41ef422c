// The clinic's own certificate authority, and what a certificate says of itself.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace polyclinic::network {

/// What one wants to know of the first certificate of a PEM file.
struct CertificateDetails {
    std::string subject;  // common name
    std::string issuer;
    std::vector<std::string> names;  // DNS names and IP addresses that it is for
    Timestamp begins, expires;
    std::string fingerprint;  // SHA-256 of it, 32 bytes
    bool selfSigned = false;
    bool known = false;  // its chain ends at an authority that this system trusts (OpenSSL's own store)
};
/// Nothing when there is no certificate in the text.
std::optional<CertificateDetails> detailsOf(std::string_view pem);
/// Whether a browser takes it for `host`, a name or an address.
bool isFor(std::string_view pem, const std::string& host);

/// An authority for one clinic's devices: it signs for names of the local network, private addresses and those that
/// this computer has, and for nothing else (RFC 5280 section 4.2.1.10), so that a device that trusts it gives nothing
/// else away.
struct Authority {
    std::string certificate, key;  // PEM
};
/// Ten years. `name`: this computer's, may be empty; `addresses`: those that it has now.
Authority makeAuthority(const std::string& name, const std::vector<std::string>& addresses, Timestamp now);
/// Whether its certificates can be for `host`.
bool maySign(const Authority& authority, const std::string& host);

constexpr int leafDays = 397;  // the longest that browsers take
constexpr int renewDays = 30;  // before its end

/// Certificate for `hosts` (names and addresses; the first is its common name) and its new key, PEM, in one text.
std::string makeLeaf(const Authority& authority, const std::vector<std::string>& hosts, Timestamp now);
/// Whether another is needed: unreadable, of another authority, fewer than `renewDays` left, or not for all of `hosts`.
bool isDue(std::string_view leaf, const Authority& authority, const std::vector<std::string>& hosts, Timestamp now);

}  // namespace polyclinic::network
