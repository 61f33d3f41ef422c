// The networks that an address is in, from the one household to the provider's.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyclinic::accounts {

struct TryNetwork {
    std::string name;    // one text for all addresses in it
    unsigned hundredth;  // of the failures that a household may make: a bigger network holds more people
};

/// IPv4: the address and its /24. IPv6: /64 (one household has a whole one), /56 and /48, which one customer may own. An
/// IPv4 address in IPv6's clothes (::ffff:192.0.2.1) is the IPv4 address. Any other text: itself.
std::vector<TryNetwork> networksOf(std::string_view address);

}  // namespace polyclinic::accounts
