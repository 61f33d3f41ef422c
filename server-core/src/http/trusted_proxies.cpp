#include "http/trusted_proxies.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>

#include "base/failure.h"
#include "base/text.h"

namespace polyclinic::http {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> addressOf(std::string_view text) {
    boost::system::error_code error;
    auto address = ip::make_address(text, error);
    if (error) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

/// An address with or without a port and brackets, as proxies write it. A zone (fe80::1%eth0) is a word of another
/// computer's own, and text of anybody's choice.
std::optional<ip::address> hopOf(std::string_view text) {
    if (text.find('%') != text.npos) return std::nullopt;
    if (text.starts_with('[')) return addressOf(text.substr(1, text.find(']') - 1));
    if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
    return addressOf(text);
}

}  // namespace

struct TrustedProxies::Networks {
    std::vector<ip::network_v4> four;
    std::vector<ip::network_v6> six;

    void add(std::string_view text) {
        const auto slash = text.find('/');
        const auto address = addressOf(text.substr(0, slash));
        const unsigned bits = address && address->is_v4() ? 32 : 128;
        unsigned length = bits;
        if (slash != text.npos) {
            const auto digits = text.substr(slash + 1);
            length = digits.empty() || digits.size() > 3 || digits.find_first_not_of("0123456789") != digits.npos
                         ? bits + 1
                         : unsigned(std::stoul(std::string(digits)));
        }
        if (!address || length > bits)
            throw Failure(FailureKind::unprocessable, std::string(text) + " is no address of a proxy and no network of them.");
        if (address->is_v4())
            four.push_back(ip::network_v4(address->to_v4(), static_cast<unsigned short>(length)).canonical());
        else
            six.push_back(ip::network_v6(address->to_v6(), static_cast<unsigned short>(length)).canonical());
    }

    bool contain(const ip::address& address) const {
        // A network holds an address whose first bits make the same network.
        if (address.is_v4())
            return std::any_of(four.begin(), four.end(), [&](const ip::network_v4& network) {
                return ip::network_v4(address.to_v4(), network.prefix_length()).canonical() == network;
            });
        return std::any_of(six.begin(), six.end(), [&](const ip::network_v6& network) {
            return ip::network_v6(address.to_v6(), network.prefix_length()).canonical() == network;
        });
    }
};

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
    auto made = std::make_unique<Networks>();
    for (const auto& network : networks) made->add(network);
    networks_ = std::move(made);
}

TrustedProxies::~TrustedProxies() = default;

bool TrustedProxies::contains(std::string_view address) const {
    const auto parsed = addressOf(address);
    return parsed && networks_->contain(*parsed);
}

std::string TrustedProxies::clientOf(std::string_view peer, const Headers& headers) const {
    std::string hops;
    for (const auto& [name, value] : headers)
        if (sameIgnoringCase(name, "X-Forwarded-For")) hops += ',' + value;
    std::string client(peer);
    for (std::string_view left = hops; !left.empty();) {
        const auto comma = left.rfind(',');
        const auto hop = hopOf(trimmed(left.substr(comma + 1)));
        if (!hop) break;
        client = hop->to_string();
        if (!networks_->contain(*hop)) break;
        left = left.substr(0, comma);
    }
    return client;
}

}  // namespace polyclinic::http
