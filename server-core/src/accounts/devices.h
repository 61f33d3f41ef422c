// A browser's words about itself, made short enough for a person to recognize it.

#pragma once

#include <string>
#include <string_view>

namespace polyclinic::accounts {

/// "Chrome on Android"; "Unknown browser" where nothing is known. Never text of the header itself.
std::string deviceName(std::string_view userAgent);

}  // namespace polyclinic::accounts
