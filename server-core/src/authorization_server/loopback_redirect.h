// Where a program on this computer may get its answer (RFC 8252 section 7.3).

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyclinic::authorization_server {

/// The origin of http://127.0.0.1[:port][/] or http://localhost[:port][/], any port; nothing
/// for every other text.
std::optional<std::string> loopbackOrigin(std::string_view redirectUri);

}  // namespace polyclinic::authorization_server
