// What operators' tries count on: kept in memory, and in the directory for restarts and other servers.

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/tries.h"
#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::accounts {

/// Loops only; what is passed must outlive a call. The same for accounts that are there and that are not.
class OperatorTries {
  public:
    using Try = std::vector<TryCounter>;

    OperatorTries(db::Database& directory, const Clock& clock) : directory_(directory), clock_(clock), tries_(clock) {}

    /// From this computer: on the account from the processes of `owner` (nothing: of those whose owner the system does not
    /// tell), and on nothing else: no other account of this computer slows an operator down, and none another operator.
    /// From elsewhere: as a person's at a clinic.
    Try ofPassword(std::string_view usernameKey, std::string_view peer, std::optional<std::uint32_t> owner) const;
    /// The current password, from somebody signed in: on that sign-in.
    Try ofSignIn(std::string_view operatorId, std::string_view grantId) const;

    /// Throws Failure(tooManyRequests) with the seconds to wait. Else the try is under way, until one of the three below.
    Task<void> begin(const Try& tried);
    Task<void> failed(const Try& tried);
    void withdrawn(const Try& tried) { tries_.withdrawn(tried); }
    Task<void> proved(const Try& tried);

  private:
    db::Database& directory_;
    const Clock& clock_;
    Tries tries_;
    std::atomic<unsigned> kept_{0};
};

}  // namespace polyclinic::accounts
