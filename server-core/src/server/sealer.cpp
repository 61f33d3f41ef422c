#include "server/sealer.h"

#include <algorithm>

#include "base/log.h"
#include "store/audit_seal.h"

namespace polyclinic {

using namespace std::chrono_literals;

namespace {

/// How long a log is left alone between two looks. Into a database of its own each look may cost a connection.
constexpr auto rest = 5s, restOfOwn = 60s;

bool hasItsOwn(const tenancy::TenantContext& tenant) {
    return tenant.record().tenant.isolation == tenancy::Isolation::dedicated;
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
        // Those that share a database first: they are looked into often, and none of them waits for a connection.
        std::ranges::stable_partition(tenants, [](const auto& tenant) { return !hasItsOwn(*tenant); });
        for (const auto& tenant : tenants) {
            if (stopping_) break;
            const auto now = std::chrono::steady_clock::now();
            if (due_[tenant->number()] > now) continue;
            due_[tenant->number()] = now + (hasItsOwn(*tenant) ? restOfOwn : rest);
            try {
                for (int sealed = store::sealAtOnce; sealed == store::sealAtOnce && !stopping_;)
                    sealed = co_await store::sealAuditEvents(tenant->session(), clock_.now());
            } catch (const std::exception& error) {
                log::warn("the audit log of tenant {} could not be sealed: {}", tenant->id(), error.what());
                due_[tenant->number()] = now + rest;
                if (hasItsOwn(*tenant)) break;  // the others would wait for a connection as long
            }
        }
    } catch (const std::exception& error) {
        log::warn("audit logs could not be sealed: {}", error.what());
    }
    running_ = false;
}

}  // namespace polyclinic
