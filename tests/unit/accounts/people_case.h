// What the tests of people begin with: a world for each of them, passwords, and what a refusal was.

#pragma once

#include "people_fixture.h"

namespace polyclinic::test {

inline const std::string good = "three green boats sail", better = "seven purple lamps glow", wrong = "four orange kites fly";
inline const std::string born = "1980-05-03";

struct PeopleCase {
    PeopleWorld& w() { return *world_; }
    std::optional<FailureKind> failure(std::function<void()> work, std::string* place = nullptr) {
        try {
            work();
        } catch (const Failure& failure) {
            if (place && !failure.issues().empty()) *place = failure.issues()[0].expression;
            return failure.kind();
        }
        return std::nullopt;
    }
    std::unique_ptr<PeopleWorld> world_;
};

}  // namespace polyclinic::test
