// What is asked after each test class: whether something went wrong that no single test looks at.

#pragma once

#include <functional>
#include <string>
#include <vector>

namespace polyclinic::test {

/// Each answers what went wrong since it was asked last, for people; empty: nothing. A class after which one tells of
/// something has failed.
inline std::vector<std::function<std::string()>>& afterEachClass() {
    static std::vector<std::function<std::string()>> all;
    return all;
}

}  // namespace polyclinic::test
