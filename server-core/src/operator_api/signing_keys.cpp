// Tenant/$rotate-signing-key: the clinic's issuers sign with new keys; what the old ones signed counts until it expires.

#include "operator_api/handlers.h"

namespace polyclinic::operator_api {

Task<http::Response> rotateSigningKey(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    const auto rotated = co_await services.rotateSigningKeys(tenant);
    audit::AuditEntry entry;
    entry.action = 'U';
    entry.interaction = "signing-key-rotate";
    entry.resourceId = call.parameter("tenant");
    co_await services.audit.note(*tenant, call.actor(), std::move(entry));
    const nlohmann::ordered_json body{{"rotated", rotated}};
    co_return answer(200, body);
}

}  // namespace polyclinic::operator_api
