// The same chain as store/audit_seal.h over what operators did on the server.

#pragma once

#include "db/tenant_session.h"
#include "store/audit_seal.h"

namespace polyclinic::store::operators {

/// sealAtOnce events at most; answers how many. Two processes at once: one of them seals.
Task<int> sealEvents(db::SystemSession session, Timestamp now, SealHead* head = nullptr);

/// Reads the whole chain again; `known` as in checkAuditSeals().
Task<SealCheck> checkSeals(db::SystemSession session, const SealHead* known = nullptr);

}  // namespace polyclinic::store::operators
