// Who listens on a port.

#pragma once

#include <cstdint>
#include <string>

namespace polyclinic::http {

/// "nginx (pid 812)" for the program that listens on TCP `port`, as far as the system lets us see; empty when
/// it does not. Reads /proc. Any thread.
std::string portOwner(std::uint16_t port);

}  // namespace polyclinic::http
