// Addresses that an app may be registered with.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyclinic::oauth {

/// Why `uri` cannot be where answers with codes go, as the end of a sentence; nothing when it can: https, http on this
/// computer alone, or a private-use scheme with a dot (RFC 8252 section 7). Never a fragment, a wildcard, a user name,
/// or a scheme that browsers run or open as a file.
std::optional<std::string> redirectUriFault(std::string_view uri);
/// The same for pages that people are led to: https, or http on this computer.
std::optional<std::string> pageUriFault(std::string_view uri);

/// What a form on the way to a redirect address may lead to (CSP form-action), made anew of the address's parts:
/// https://app.example.org:444, or com.app: for an address of a program's own. Empty where `uri` has a redirectUriFault.
std::string redirectOrigin(std::string_view uri);
/// The same for people: app.example.org:444.
std::string redirectHost(std::string_view uri);

}  // namespace polyclinic::oauth
