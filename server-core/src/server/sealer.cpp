#include "server/sealer.h"

#include "base/log.h"
#include "store/audit_seal.h"

namespace polyclinic {

using namespace std::chrono_literals;

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
        // Most rounds look where requests went; every ten minutes everywhere, for what jobs and earlier runs left: a database
        // of its own costs a connection to look into.
        std::vector<tenancy::TenantContextPtr> tenants;
        if (rounds_++ % 600 == 0)
            tenants = co_await directory_.all();
        else
            tenants = directory_.recentlyUsed(120s);
        for (const auto& tenant : tenants) {
            if (stopping_) break;
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
