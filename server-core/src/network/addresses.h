// How this computer can be called on its networks.

#pragma once

#include <string>
#include <vector>

namespace polyclinic::network {

/// IP addresses of interfaces that are up, without loopback and link-local ones; the one that leads out first, then
/// IPv4 before IPv6.
std::vector<std::string> ownAddresses();
/// The host name, lower case, where it can stand in a web address; else "".
std::string ownName();

}  // namespace polyclinic::network
