// A fingerprint as words that one person can read to another.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyclinic::network {

/// Six plain words of its first six bytes (48 bits): enough to see at a glance that two screens speak of the same
/// certificate. Whoever must be sure against a forger compares the whole fingerprint in the browser.
std::vector<std::string> sixWords(std::string_view fingerprint);

}  // namespace polyclinic::network
