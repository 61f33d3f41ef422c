// The same chain as audit/audit_seal.h over what operators did on the server.

#pragma once

#include "audit/audit_seal.h"
#include "db/tenant_session.h"

namespace polyclinic::audit::operator_events {

/// sealAtOnce events at most; answers how many. Two processes at once: one of them seals.
Task<int> sealEvents(db::SystemSession session, Timestamp now, SealHead* head = nullptr);

/// Reads the whole chain again; `known` as in checkAuditSeals().
Task<SealCheck> checkSeals(db::SystemSession session, const SealHead* known = nullptr);

}  // namespace polyclinic::audit::operator_events
