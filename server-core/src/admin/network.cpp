// Network: who can reach the clinics, and with which certificate.

#include "admin/nouns.h"
#include "base/failure.h"
#include "base/log.h"

namespace polyclinic::admin {
namespace {

/// In the directory's log, and in that of every clinic, since it concerns the patients of each.
Task<void> note(Office& office, const Call& call, std::string action) {
    co_await noteInDirectory(office, call, action);
    const auto tenants = co_await office.directory.all();
    for (const auto& tenant : tenants) {
        store::AuditEntry entry;
        entry.action = 'U';
        entry.interaction = action;
        co_await office.audit.note(tenant->session(), call.actor(), std::move(entry));
    }
}

}  // namespace

Task<http::Response> getNetwork(Office& office, const Call& call) {
    const auto probe = call.query("probe");
    if (!probe.empty() && probe != "true") throw Failure(FailureKind::badRequest, "probe may be true.");
    const auto json = co_await office.network->describe(probe == "true");
    co_return answer(200, json);
}

Task<http::Response> putNetwork(Office& office, const Call& call) {
    const auto wanted = call.body();
    const auto before = office.network->view();
    co_await office.network->change(wanted);
    const auto now = office.network->view();
    if (now->settings.risk && (!before->settings.risk || now->settings.risk->at != before->settings.risk->at)) {
        log::warn("{} signed for the risk of a certificate that phones do not trust", call.caller.name);
        co_await note(office, call, "network-risk-accepted");
    }
    std::string action = "network-" + std::string(toText(now->settings.reach));
    co_await note(office, call, std::move(action));
    const auto json = co_await office.network->describe(false);
    co_return answer(200, json);
}

Task<void> demandSafeReach(Office& office, const tenancy::TenantContext& tenant) {
    const auto sentence = co_await office.network->objectionTo(tenant);
    if (!sentence.empty()) throw Failure(FailureKind::conflict, sentence).withCode("business-rule");
}

}  // namespace polyclinic::admin
