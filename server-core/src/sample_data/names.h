// Names of people who do not exist. The family names say "example" or "sample" in their own languages.

#pragma once

#include <string_view>
#include <vector>

namespace polyclinic::sample_data {

struct Name {
    std::string_view native;
    std::string_view latin{};  // empty: `native` is in Latin letters
};

struct Culture {
    std::string_view language;  // BCP 47
    std::string_view languageName;
    std::vector<Name> families, women, men;
};

const std::vector<Culture>& cultures();

}  // namespace polyclinic::sample_data
