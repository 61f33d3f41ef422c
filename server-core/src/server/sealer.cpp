#include "server/sealer.h"

#include "base/log.h"
#include "store/audit_seal.h"

namespace polyclinic {

using namespace std::chrono_literals;

namespace {

/// How long a log is left alone between two looks. Into a database of its own each look may cost a connection.
std::chrono::seconds restOf(const tenancy::TenantContext& tenant) {
    return tenant.record().tenant.isolation == tenancy::Isolation::dedicated ? 60s : 5s;
}

}  // namespace

void Sealer::start() { arm(); }

void Sealer::arm() {
    timer_ = Loop::current().after(1s, [this] {
        arm();
        if (!running_ && !stopping_) spawn(round());
    });
}

Task<void> Sealer::round() {
    running_ = true;
    try {
        // Most rounds look where requests went; every ten minutes everywhere, for what jobs and earlier runs left.
        std::vector<tenancy::TenantContextPtr> tenants;
        if (rounds_++ % 600 == 0)
            tenants = co_await directory_.all();
        else
            tenants = directory_.recentlyUsed(120s);
        for (const auto& tenant : tenants) {
            if (stopping_) break;
            const auto now = std::chrono::steady_clock::now();
            auto& due = due_[tenant->number()];
            if (due > now) continue;
            due = now + restOf(*tenant);
            try {
                for (int sealed = store::sealAtOnce; sealed == store::sealAtOnce && !stopping_;)
                    sealed = co_await store::sealAuditEvents(tenant->session(), clock_.now());
            } catch (const std::exception& error) {
                log::warn("the audit log of tenant {} could not be sealed: {}", tenant->id(), error.what());
            }
        }
    } catch (const std::exception& error) {
        log::warn("audit logs could not be sealed: {}", error.what());
    }
    running_ = false;
}

}  // namespace polyclinic
