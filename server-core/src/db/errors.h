// From PostgreSQL's errors to ours. Internal to db/.

#pragma once

#include <libpq-fe.h>

#include <string>
#include <string_view>

#include "db/database.h"

namespace polyclinic::db {

/// For an error result. PostgreSQL's texts can hold values of rows, so logMessage() has the state and the names of
/// table and constraint only, and the message where it speaks of the server itself (classes 08, 53, 57, 58).
DatabaseFailure failureOf(const PGresult* result);
/// The same from a state, without a result.
FailureKind kindOf(std::string_view sqlState);
/// A lost or refused connection: unavailable, Retry-After 1.
DatabaseFailure connectionLost(std::string_view reason);

}  // namespace polyclinic::db
