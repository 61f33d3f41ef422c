// Which account of this computer is at the other end of a connection.

#pragma once

#include <cstdint>
#include <optional>

namespace polyclinic::http {

/// The user id of the process that connected, as the kernel keeps it for the other end's socket (sock_diag(7)); nothing
/// when that end is on another computer, or the kernel does not say. One question to the kernel. Any thread.
std::optional<std::uint32_t> peerOwner(int descriptor);

}  // namespace polyclinic::http
