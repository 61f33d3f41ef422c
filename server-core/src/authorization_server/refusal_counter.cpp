#include "authorization_server/refusal_counter.h"

#include "base/failure.h"
#include "base/log.h"

namespace polyclinic::authorization_server {
namespace {

constexpr std::chrono::minutes window{1};

Task<void> noteRefusals(audit::AuditLog& audit, tenancy::TenantContextPtr tenant, std::string agentKind, std::string what, int count) {
    audit::AuditEntry entry;
    entry.action = 'E';
    entry.interaction = std::move(what);
    entry.outcome = 4;
    entry.count = count;
    audit::Actor actor{std::move(agentKind), "unknown", {}};
    co_await audit.note(*tenant, std::move(actor), std::move(entry), db::QueryClass::control);
}

Task<void> noteLater(audit::AuditLog& audit, tenancy::TenantContextPtr tenant, std::string agentKind, std::string what, int count) {
    try {
        co_await noteRefusals(audit, std::move(tenant), std::move(agentKind), std::move(what), count);
    } catch (const Failure& failure) {
        log::warn("{} refusals were not noted: {}", count, failure.what());
    }
}

}  // namespace

RefusalCounter::RefusalCounter(audit::AuditLog& audit) : audit_(audit) {}

Task<void> RefusalCounter::count(const AuthContext& context, std::string what) {
    const std::string agentKind(context.realm.agentKind);
    Key key{context.tenant.number(), std::string(context.realm.name), what};
    {
        std::lock_guard lock(state_->mutex);
        const auto [found, first] = state_->minutes.try_emplace(key);
        if (!first) {
            ++found->second.refusals;
            co_return;
        }
        auto end = [state = std::weak_ptr(state_), &audit = audit_, tenant = context.owner, agentKind, key] {
            close(state, audit, tenant, agentKind, key);
        };
        found->second.over = Loop::current().after(window, std::move(end));
    }
    co_await noteRefusals(audit_, context.owner, agentKind, std::move(what), 1);
}

void RefusalCounter::close(std::weak_ptr<State> state, audit::AuditLog& audit, tenancy::TenantContextPtr tenant, std::string agentKind,
                           Key key) {
    const auto alive = state.lock();
    if (!alive) return;
    int count = 0;
    {
        std::lock_guard lock(alive->mutex);
        auto& minute = alive->minutes[key];
        count = std::exchange(minute.refusals, 0);
        if (count == 0) {
            alive->minutes.erase(key);
            return;
        }
        auto end = [state, &audit, tenant, agentKind, key] { close(state, audit, tenant, agentKind, key); };
        minute.over = Loop::current().after(window, std::move(end));
    }
    // A clinic that was closed in the meantime takes no more rows: its own state says so inside the write.
    spawn(noteLater(audit, std::move(tenant), std::move(agentKind), std::get<2>(key), count));
}

}  // namespace polyclinic::authorization_server
