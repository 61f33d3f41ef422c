// What people allowed apps: the grants of one tenant, one for each person and app. Each authorization, of a phone or of a
// browser, has a family of tokens under it (oauth/token_store.h), which dies with it.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "tenancy/realm_session.h"

namespace polyclinic::oauth {

struct Grant {
    std::string id;
    std::string realm;
    std::string account, username, fhirUser;  // who allowed it; fhirUser: "Patient/p1"
    std::string client, clientName;
    std::string publisher;          // who made the app; empty: not known
    std::string patient;            // id of the Patient in context
    std::string scopes;             // structured, as JSON (access/scope.h)
    std::string nonResourceScopes;  // openid fhirUser launch/patient offline_access ..., single spaces
    std::string offered;            // what was asked when it was decided, as scopes; empty: not known
    Timestamp created;
    Timestamp ends;
    std::optional<Timestamp> lastUsed;
    std::optional<Timestamp> ended;
    std::string endedBy;  // patient clinic app replaced reuse expired account; empty while it is alive

    bool active(Timestamp now) const { return !ended && ends > now; }
};

/// Empty text: whatever it is.
struct GrantFilter {
    std::string realm, account, client;
    std::optional<bool> active;
};

struct GrantPage {
    std::vector<Grant> grants;
    std::optional<std::string> next;  // `after` of the next page
};

/// Loop threads. `now` comes from the caller's clock.
namespace grant_store {

/// Ids are unique in a tenant: everyRealm finds it whatever its realm.
Task<std::optional<Grant>> find(const tenancy::RealmSession& session, std::string_view id);
/// Of one account, living and ended ones, the newest first; 500 at most.
Task<std::vector<Grant>> listOf(const tenancy::RealmSession& session, std::string_view account, Timestamp now);
/// Ordered by id, those behind `after` (empty: from the start).
Task<GrantPage> list(const tenancy::RealmSession& session, const GrantFilter& filter, std::string_view after, std::int32_t count,
                     Timestamp now);

/// Ends it and every code and token of it, in one transaction; this process refuses them at once. `by`: see
/// Grant::endedBy. With `account`, only a grant of that account. False when there is no such living grant.
Task<bool> end(const tenancy::RealmSession& session, std::string_view id, std::string_view by, Timestamp now,
               std::string_view account = {});
/// It was used. Written once a minute at most.
Task<void> touch(const tenancy::RealmSession& session, std::string_view id, Timestamp now);

}  // namespace grant_store
}  // namespace polyclinic::oauth
