#include "db/admin_connection.h"

#include "base/failure.h"
#include "db/errors.h"

namespace polyclinic::db {

void rethrowAsFailure() {
    try {
        throw;
    } catch (const Failure&) {
        throw;
    } catch (const pqxx::broken_connection& error) {
        const std::string message = error.what();
        throw Failure(FailureKind::unavailable, "The database cannot be reached.", message.substr(0, message.find('\n'))).withRetryAfter(1);
    } catch (const pqxx::sql_error& error) {
        const std::string& state = error.sqlstate();
        const std::string logMessage = "PostgreSQL " + state;
        // libpqxx 6 leaves the state out of some of its kinds.
        if (state == "42501" || dynamic_cast<const pqxx::insufficient_privilege*>(&error))
            throw Failure(FailureKind::conflict, "This database login has not the rights that the step needs.", logMessage);
        if (state == "55P03" || state == "40001" || state == "40P01" || kindOf(state) == FailureKind::unavailable)
            throw Failure(FailureKind::unavailable, "The database is busy with something else. Try again.", logMessage).withRetryAfter(5);
        throw Failure(kindOf(state), "The database refused the step.", logMessage);
    } catch (const pqxx::failure& error) {
        throw Failure(FailureKind::internal, "The database step failed.", "libpqxx failure");
    }
}

}  // namespace polyclinic::db
