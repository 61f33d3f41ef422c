// The hash chain over a tenant's audit events: each seal's hash covers the one before it and a run of events, so that
// an event that is changed or taken away later shows. Made off the road of requests.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::store {

/// Events younger than this are left for the next round: a transaction under way may still add one among them.
inline constexpr std::chrono::seconds sealAfter{15};

/// As many events as one seal covers: hashing more would hold up the loop's requests.
inline constexpr int sealAtOnce = 2'000;

/// Seals what is old enough, sealAtOnce events at most; answers how many. Two processes at once: one of them seals.
Task<int> sealAuditEvents(db::TenantSession session, Timestamp now);

struct SealCheck {
    std::int64_t seals = 0, events = 0;
    std::optional<std::int64_t> firstBroken;  // sequence of the first seal that does not fit; nothing: the chain holds
};

/// Reads the whole chain again. Long; on the heavy lane.
Task<SealCheck> checkAuditSeals(db::TenantSession session);

}  // namespace polyclinic::store
