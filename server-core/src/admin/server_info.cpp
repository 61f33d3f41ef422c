// Server: version, addresses, health, database, certificate, last backup.

#include "admin/nouns.h"

namespace polyclinic::admin {

Task<http::Response> getServer(Office& office, const Call&) {
    const auto description = co_await office.describeServer();
    co_return answer(200, description);
}

}  // namespace polyclinic::admin
