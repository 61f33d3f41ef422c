// Whether something on this computer may keep others out. Only looked at, never changed.

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace polyclinic::network {

struct Firewall {
    std::string name;    // "ufw", "firewalld", "nftables"; empty: none was seen
    std::string remedy;  // the command that opens the port, for the person to run
};
/// Reads what everybody may read below `root`.
Firewall firewallFor(std::uint16_t port, const std::filesystem::path& root = "/");

}  // namespace polyclinic::network
