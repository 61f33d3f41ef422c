// Server: version, addresses, health, database, certificate, last backup.

#include "operator_api/handlers.h"

namespace polyclinic::operator_api {

Task<http::Response> getServer(OperatorServices& services, const Call& call) {
    auto description = co_await services.describeServer();
    description["operator"] = call.caller.name;  // who asks
    co_return answer(200, description);
}

}  // namespace polyclinic::operator_api
