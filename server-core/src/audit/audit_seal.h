// The hash chain over a tenant's audit events: each seal's hash covers the one before it and a number of events, so that
// an event that is changed or taken away later shows. Made off the road of requests.
//
// A seal names its events one by one: those that its snapshot saw and no seal before it named. So the chain has the order in
// which PostgreSQL committed, whatever clocks and ids say, and a transaction that commits late is in a later seal. Seals of
// format 1, of earlier versions, cover every event of a range of ids.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"
#include "tenancy/tenant_context.h"

namespace polyclinic::audit {

/// As many events as one seal covers: hashing more would hold up the loop's requests.
inline constexpr int sealAtOnce = 2'000;

/// The last seal, for keeping where nobody who writes to the database comes: without it a cut tail would not show.
struct SealHead {
    std::int64_t sequence = 0;  // 0: there is none
    std::string hash;
};

/// How far behind the newest sealed event others are looked for: usually longer than a request may take, and once a night
/// further than any transaction can have waited.
inline constexpr std::chrono::seconds sealReach{60}, sealNightlyReach{std::chrono::hours(2)};

/// Seals what is there, sealAtOnce events at most; answers how many. Two processes at once: one of them seals. `head`, where
/// given: what was kept of the chain's end (sequence 0: nothing); afterwards what it ends with, unless nothing was sealed or the chain
/// does not hold any more what was kept: a tail that was cut is not forgotten over what grew since.
Task<int> sealAuditEvents(db::TenantSession session, Timestamp now, std::chrono::seconds reach = sealReach, SealHead* head = nullptr);
Task<int> sealAuditEvents(const tenancy::TenantContext& tenant, Timestamp now, std::chrono::seconds reach = sealReach,
                          SealHead* head = nullptr);

struct SealCheck {
    std::int64_t seals = 0, events = 0;       // those that fit
    std::int64_t sealed = 0;                  // events that seals say they cover
    std::optional<std::int64_t> firstBroken;  // sequence of the first seal that does not fit; nothing: the chain holds
    std::vector<std::int64_t> broken;         // all of them, 100 at most; one that `known` names and that is not there too
    SealHead head;                            // what the chain ends with
};

/// Reads the whole chain again, and looks for events behind it that no seal names, and for looks at several patients that are not
/// found by each of them; either breaks the seal of that time. `known`: a head that was kept elsewhere, which must still be in the chain.
/// Long; on the heavy query class.
Task<SealCheck> checkAuditSeals(db::TenantSession session, const SealHead* known = nullptr);
Task<SealCheck> checkAuditSeals(const tenancy::TenantContext& tenant, const SealHead* known = nullptr);

}  // namespace polyclinic::audit
