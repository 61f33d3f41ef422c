// Codes that a clinic hands out. The selector finds the row, and wrong answers are counted on it.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::accounts {

enum class CodePurpose { activation, reset, signIn };
std::string_view toText(CodePurpose purpose);

struct OneTimeCode {
    std::string selector;
    std::string account;
    CodePurpose purpose = CodePurpose::activation;
    std::string secret;  // a MAC under a key that the database never sees
    Timestamp created, expires;
};

/// Loop threads.
namespace one_time_code_store {

constexpr int mostTries = 5;

/// In place of an earlier one of the same account and purpose. False when the selector is taken: draw another; or when the
/// account is none any more that such a code is for: switched off, activated, or not activated.
Task<bool> put(const tenancy::RealmSession& session, const OneTimeCode& code);
/// Counts a try and answers the code; nothing when there is none, it has expired, or its tries are used up. Of many at
/// once no more than five get an answer.
Task<std::optional<OneTimeCode>> attempt(const tenancy::RealmSession& session, std::string_view selector, Timestamp now);
/// The try was right: takes it back.
Task<void> wasRight(const tenancy::RealmSession& session, std::string_view selector);
/// False when another call has used it.
Task<bool> spend(const tenancy::RealmSession& session, std::string_view selector);

}  // namespace one_time_code_store
}  // namespace polyclinic::accounts
