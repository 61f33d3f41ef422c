// Who runs the server, as a list, and what changes one of them: rows of the directory database.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::accounts {

struct ListedOperator {
    std::string id;
    std::string username;
    bool disabled = false;
    Timestamp created;
    std::optional<Timestamp> lastSignIn;
};

struct ListedOperatorClient {
    std::string id;
    std::string name;
    Timestamp created;
    std::optional<Timestamp> lastToken;  // when one was given to it last
};

enum class RosterChange {
    done,
    unknown,    // there is none of that id
    last,       // nobody could sign in any more
    overtaken,  // somebody else was quicker
};

/// Loop threads. What ends an access is in force at once here, and within a second in other servers on this database.
namespace operator_store {

/// By name; `usernameKey`: that one only, empty for all.
Task<std::vector<ListedOperator>> list(db::SystemSession session, std::string_view usernameKey = {});
Task<std::vector<ListedOperatorClient>> listClients(db::SystemSession session);

/// Turned off, all their sign-ins end, and stay ended when they are turned on again.
Task<RosterChange> setDisabled(db::SystemSession session, std::string_view id, bool disabled);
Task<RosterChange> remove(db::SystemSession session, std::string_view id);
/// `password`: Argon2id, encoded. `was`: the one that must still be there; empty: whichever. Ends all their sign-ins but
/// `keep`, which may be empty. Never `last`.
Task<RosterChange> changePassword(db::SystemSession session, std::string_view id, std::string_view password, std::string_view was,
                                  std::string_view keep);

}  // namespace operator_store
}  // namespace polyclinic::accounts
