#include "db/errors.h"

#include <algorithm>
#include <array>

namespace polyclinic::db {
namespace {

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text ? text : "";
}

std::string toldOf(FailureKind kind) {
    switch (kind) {
        case FailureKind::unavailable:
            return "The database is not available at the moment. Try again in a few seconds.";
        case FailureKind::insufficientStorage:
            return "The disk of the database is full. Nothing was stored.";
        case FailureKind::notFound:
            return "There is nothing at this address.";
        case FailureKind::timedOut:
            return "The database took too long and was stopped.";
        case FailureKind::conflict:
            return "Someone else changed the same data at the same time. Try again.";
        default:
            return "The database refused the operation.";
    }
}

DatabaseFailure make(FailureKind kind, std::string logMessage, std::string state, std::string constraint) {
    DatabaseFailure failure(kind, toldOf(kind), std::move(logMessage), std::move(state), std::move(constraint));
    if (kind == FailureKind::unavailable) static_cast<void>(std::move(failure).withRetryAfter(1));
    return failure;
}

}  // namespace

FailureKind kindOf(std::string_view state) {
    // 26000: the statement's preparation was refused in the segment before; a second try prepares it anew.
    if (state.starts_with("08") || state.starts_with("57P0") || state == "53300" || state == "26000") return FailureKind::unavailable;
    if (state == "53100") return FailureKind::insufficientStorage;
    if (state == "57014") return FailureKind::timedOut;
    if (state == "PT001") return FailureKind::notFound;  // enter_tenant, refuse_tenant
    constexpr std::array<std::string_view, 4> conflicts{"40001", "40P01", "23505", "55P03"};
    if (std::find(conflicts.begin(), conflicts.end(), state) != conflicts.end()) return FailureKind::conflict;
    return FailureKind::internal;
}

DatabaseFailure failureOf(const PGresult* result) {
    const std::string state = field(result, PG_DIAG_SQLSTATE);
    if (state.empty()) return connectionLost("connection lost");
    const std::string constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    std::string logMessage = "PostgreSQL " + state;
    if (const auto table = field(result, PG_DIAG_TABLE_NAME); !table.empty()) logMessage += " table " + table;
    if (!constraint.empty()) logMessage += " constraint " + constraint;
    const auto speaksOfServer = [&state](std::string_view cls) { return state.starts_with(cls); };
    if (speaksOfServer("08") || speaksOfServer("53") || speaksOfServer("57") || speaksOfServer("58"))
        logMessage += ": " + field(result, PG_DIAG_MESSAGE_PRIMARY);
    return make(kindOf(state), std::move(logMessage), state, constraint);
}

DatabaseFailure connectionLost(std::string_view reason) {
    return make(FailureKind::unavailable, "database: " + std::string(reason), {}, {});
}

}  // namespace polyclinic::db
