// The directory's log of what operators did: sign-ins, changes of the server, and deeds on tenants.

#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task.h"
#include "db/tenant_session.h"

namespace polyclinic::audit {

struct OperatorEvent {
    std::int64_t number = 0;  // drawn by the database, ascending
    Timestamp at;
    std::string request;  // its id
    std::string who;      // user name, or name of a program; "unknown" for who was refused
    std::string action;   // "sign-in", "tenant-purge"
    std::string subject;  // the tenant, operator or program that it was about; may be empty
    std::string address;  // that the request came from
};

/// Loop threads.
namespace operator_events {

/// Keeps an event; its number is not looked at.
Task<void> note(db::SystemSession session, OperatorEvent event);

/// Newest first, `count` at most, of numbers below `before`. `who`, `action`: empty for all.
Task<std::vector<OperatorEvent>> events(db::SystemSession session, std::int64_t before, std::int64_t count, std::string who,
                                        std::string action);

}  // namespace operator_events
}  // namespace polyclinic::audit
