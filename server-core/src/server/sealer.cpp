#include "server/sealer.h"

#include <algorithm>

#include "audit/audit_seal.h"
#include "audit/operator_seal.h"
#include "base/log.h"

namespace polyclinic {

using namespace std::chrono_literals;

namespace {

/// How long a log is left alone between two looks. Into a database of its own each look may cost a connection.
constexpr auto rest = 5s, restOfOwn = 60s;

std::string troubleOf(const std::string& log, std::int64_t seal) { return log + " does not fit its seal " + std::to_string(seal) + "."; }

bool hasItsOwn(const tenancy::TenantContext& tenant) { return tenant.record().tenant.isolation == tenancy::Isolation::dedicated; }

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
                co_await seal(tenant);
            } catch (const std::exception& error) {
                log::warn("the audit log of tenant {} could not be sealed: {}", tenant->id(), error.what());
                due_[tenant->number()] = now + rest;
                if (hasItsOwn(*tenant)) break;  // the others would wait for a connection as long
            }
        }
    } catch (const std::exception& error) {
        log::warn("audit logs could not be sealed: {}", error.what());
    }
    try {
        if (rounds_ % 5 == 1) co_await sealOperators();
        co_await keepHeads();
        // The hours of UTC in which fewest clinics of the world work are nobody's night everywhere: any quiet one will do.
        const auto hours = clock_.now().micros / 3'600'000'000;
        const auto day = (hours - 3) / 24;
        if (nightOf_ < 0) nightOf_ = day;  // a start is no night
        if (day != nightOf_) {
            nightOf_ = day;
            co_await night();
        }
    } catch (const std::exception& error) {
        log::warn("audit logs could not be looked at: {}", error.what());
    }
    running_ = false;
}

Task<void> Sealer::seal(tenancy::TenantContextPtr tenant) {
    for (int sealed = audit::sealAtOnce; sealed == audit::sealAtOnce && !stopping_;) {
        const auto known = heads_.of(tenant->number());
        auto head = known;
        sealed = co_await audit::sealAuditEvents(*tenant, clock_.now(), audit::sealReach, &head);
        if (sealed == 0) break;
        if (head.sequence == known.sequence)
            heads_.setTrouble(tenant->number(), troubleOf("The audit log of " + tenant->id(), known.sequence));
        heads_.remember(tenant->number(), std::move(head));
    }
}

Task<void> Sealer::sealOperators() {
    db::SystemSession session(operators_);
    for (int sealed = audit::sealAtOnce; sealed == audit::sealAtOnce && !stopping_;) {
        const auto known = heads_.of(audit::AuditHeads::operators);
        auto head = known;
        sealed = co_await audit::operator_events::sealEvents(session, clock_.now(), &head);
        if (sealed == 0) break;
        if (head.sequence == known.sequence)
            heads_.setTrouble(audit::AuditHeads::operators, troubleOf("The log of the operators", known.sequence));
        heads_.remember(audit::AuditHeads::operators, std::move(head));
    }
}

Task<void> Sealer::keepHeads() {
    if (!heads_.changed()) co_return;
    const auto text = heads_.text();
    const auto write = [this, text] { keep_(text); };
    co_await workers_.run(write);
}

Task<void> Sealer::night() {
    const auto tenants = co_await directory_.all();
    for (const auto& tenant : tenants) {
        if (stopping_) co_return;
        try {
            // What committed later than any round would look for it.
            for (int sealed = audit::sealAtOnce; sealed == audit::sealAtOnce && !stopping_;)
                sealed = co_await audit::sealAuditEvents(*tenant, clock_.now(), audit::sealNightlyReach);
            const auto known = heads_.of(tenant->number());
            const auto check = co_await audit::checkAuditSeals(*tenant, &known);
            // What was kept of a chain that does not hold is kept on.
            if (!check.firstBroken) heads_.remember(tenant->number(), check.head);
            heads_.setTrouble(tenant->number(),
                              check.firstBroken ? troubleOf("The audit log of " + tenant->id(), *check.firstBroken) : std::string());
            if (check.firstBroken) log::error("the audit log of tenant {} does not fit its seal {}", tenant->id(), *check.firstBroken);
        } catch (const std::exception& error) {
            log::warn("the audit log of tenant {} could not be verified: {}", tenant->id(), error.what());
        }
    }
    const auto known = heads_.of(audit::AuditHeads::operators);
    const auto check = co_await audit::operator_events::checkSeals(db::SystemSession(operators_), &known);
    heads_.setTrouble(audit::AuditHeads::operators,
                      check.firstBroken ? troubleOf("The log of the operators", *check.firstBroken) : std::string());
    if (check.firstBroken) log::error("the log of the operators does not fit its seal {}", *check.firstBroken);
    co_await keepHeads();
}

}  // namespace polyclinic
