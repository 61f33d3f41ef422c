// Sign-ins of operators that failed: rows of the directory database, few of them.

#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::accounts {

struct FailedOperatorTries {
    std::string key;  // a kind's letter and digests
    std::int64_t failures = 0;
    Timestamp last;
    std::int64_t memory = 0;  // seconds in which all is forgotten, evenly
};

/// Loop threads.
namespace operator_tries {

inline constexpr std::int64_t mostRows = 10'000;

/// Those that there are.
Task<std::vector<FailedOperatorTries>> load(db::SystemSession session, std::vector<std::string> keys);
/// One failure more on each, at `now`; `failures` and `last` of `rows` are not looked at.
Task<void> add(db::SystemSession session, std::vector<FailedOperatorTries> rows, Timestamp now);
Task<void> forget(db::SystemSession session, std::vector<std::string> keys);
/// What is forgotten by now goes, and what is too much.
Task<void> tidy(db::SystemSession session, Timestamp now);

}  // namespace operator_tries
}  // namespace polyclinic::accounts
