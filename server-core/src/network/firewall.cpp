#include "network/firewall.h"

#include <fstream>

namespace polyclinic::network {

Firewall firewallFor(std::uint16_t port, const std::filesystem::path& root) {
    const auto number = std::to_string(port);
    std::error_code ignored;
    std::ifstream ufw(root / "etc/ufw/ufw.conf");
    for (std::string line; std::getline(ufw, line);)
        if (line.starts_with("ENABLED=yes")) return {"ufw", "sudo ufw allow " + number + "/tcp"};
    if (std::filesystem::exists(root / "run/firewalld", ignored))
        return {"firewalld", "sudo firewall-cmd --permanent --add-port=" + number + "/tcp && sudo firewall-cmd --reload"};
    // The unit is wanted: its rules were loaded when the computer started.
    for (const auto* wanted :
         {"etc/systemd/system/sysinit.target.wants/nftables.service", "etc/systemd/system/multi-user.target.wants/nftables.service"})
        if (std::filesystem::is_symlink(root / wanted, ignored))
            return {"nftables", "sudo nft add rule inet filter input tcp dport " + number + " accept"};
    return {};
}

}  // namespace polyclinic::network
