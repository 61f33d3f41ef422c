// Asks the public address as a stranger would.

#pragma once

#include <string>

namespace polyclinic::network {

struct Probe {
    bool answers = false;
    std::string cause;  // in words; empty when it answers as it should
    std::string remedy;
};
/// GET `base`/health/live, 4 s at most. `authority`: PEM of one more authority to trust; may be empty. Blocks.
Probe probe(const std::string& base, const std::string& authority);

}  // namespace polyclinic::network
