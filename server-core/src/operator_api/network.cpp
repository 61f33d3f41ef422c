// Network: who can reach the clinics, and with which certificate.

#include "base/failure.h"
#include "base/log.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {
namespace {

/// In the directory's log, and in that of every clinic, since it concerns the patients of each.
Task<void> note(OperatorServices& services, const Call& call, std::string action) {
    co_await noteInDirectory(services, call, action);
    const auto tenants = co_await services.directory.all();
    for (const auto& tenant : tenants) {
        audit::AuditEntry entry;
        entry.action = 'U';
        entry.interaction = action;
        co_await services.audit.note(*tenant, call.actor(), std::move(entry));
    }
}

}  // namespace

Task<http::Response> getNetwork(OperatorServices& services, const Call& call) {
    const auto probe = call.query("probe");
    if (!probe.empty() && probe != "true") throw Failure(FailureKind::badRequest, "probe may be true.");
    const auto json = co_await services.network->describe(probe == "true");
    co_return answer(200, json);
}

Task<http::Response> putNetwork(OperatorServices& services, const Call& call) {
    const auto wanted = call.body();
    const auto before = services.network->view();
    co_await services.network->change(wanted);
    const auto now = services.network->view();
    if (now->settings.risk && (!before->settings.risk || now->settings.risk->at != before->settings.risk->at)) {
        log::warn("{} signed for the risk of a certificate that phones do not trust", call.caller.name);
        co_await note(services, call, "network-risk-accepted");
    }
    std::string action = "network-" + std::string(toText(now->settings.reach));
    co_await note(services, call, std::move(action));
    const auto json = co_await services.network->describe(false);
    co_return answer(200, json);
}

Task<void> demandSafeReach(OperatorServices& services, const tenancy::TenantContext& tenant) {
    const auto sentence = co_await services.network->objectionTo(tenant);
    if (!sentence.empty()) throw Failure(FailureKind::conflict, sentence).withCode("business-rule");
}

}  // namespace polyclinic::operator_api
