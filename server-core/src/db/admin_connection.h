// libpqxx for the rare, blocking work: migrations, roles, databases. Internal to db/.

#pragma once

#include <pqxx/pqxx>
#include <string>
#include <type_traits>

#include "db/connect_options.h"

namespace polyclinic::db {

/// Rethrows what libpqxx threw as our Failure: unavailable for lost or refused connections, locks that were not had
/// and serialization; conflict for missing rights; internal for the rest. Without SQL or values.
[[noreturn]] void rethrowAsFailure();

/// Connects to `conninfo`, calls `work`, and answers its result. Throws Failure only.
template <class Work>
auto withAdmin(const std::string& conninfo, Work work) -> std::invoke_result_t<Work&, pqxx::connection_base&> {
    try {
        pqxx::connection connection(adminConninfo(conninfo));
        return work(connection);
    } catch (...) {
        rethrowAsFailure();
    }
}

}  // namespace polyclinic::db
