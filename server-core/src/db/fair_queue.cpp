#include "db/fair_queue.h"

#include <algorithm>
#include <iterator>

namespace polyclinic::db {

void FairQueue::push(const Requester& requester, std::size_t cost, Clock::time_point since, Item item) {
    auto tenant = std::ranges::find(tenants_, requester.tenant, &Tenant::id);
    if (tenant == tenants_.end()) {
        tenants_.push_back({requester.tenant, 0, 0, false, {}});
        tenant = std::prev(tenants_.end());
    }
    auto client = std::ranges::find(tenant->clients, requester.client, &Client::id);
    if (client == tenant->clients.end()) {
        tenant->clients.push_back({requester.client, {}});
        client = std::prev(tenant->clients.end());
    }
    client->waiting.push_back({std::move(item), std::clamp<std::size_t>(cost, 1, mostCost), since});
    ++tenant->size;
    ++size_;
}

void FairQueue::endTurn() {
    tenants_.front().onTurn = false;
    tenants_.splice(tenants_.end(), tenants_, tenants_.begin());
}

FairQueue::Item FairQueue::pop(const MayGo& mayGo) {
    // Within so many turns the dearest of somebody has saved enough; who may not go does not save.
    bool anybody = true;
    for (std::size_t round = 0; anybody && round <= mostCost / quantum + 1; ++round) {
        anybody = false;
        for (std::size_t left = tenants_.size(); left > 0; --left) {
            auto& tenant = tenants_.front();
            if (!mayGo(tenant.id)) {
                endTurn();
                continue;
            }
            anybody = true;
            if (!std::exchange(tenant.onTurn, true)) tenant.deficit += quantum;
            auto& client = tenant.clients.front();
            const auto cost = client.waiting.front().cost;
            if (cost > tenant.deficit) {
                endTurn();
                continue;
            }
            tenant.deficit -= cost;
            auto item = std::move(client.waiting.front().item);
            client.waiting.pop_front();
            --tenant.size;
            --size_;
            if (client.waiting.empty())
                tenant.clients.pop_front();
            else
                tenant.clients.splice(tenant.clients.end(), tenant.clients, tenant.clients.begin());
            if (tenant.clients.empty())
                tenants_.pop_front();  // nobody saves while nobody of it waits
            else if (tenant.deficit == 0)
                endTurn();
            return item;
        }
    }
    return nullptr;
}

bool FairQueue::remove(const Item& item) {
    for (auto& tenant : tenants_)
        for (auto& client : tenant.clients) {
            const auto at = std::ranges::find(client.waiting, item, &Waiting::item);
            if (at == client.waiting.end()) continue;
            client.waiting.erase(at);
            --tenant.size;
            --size_;
            dropEmpty();
            return true;
        }
    return false;
}

std::vector<FairQueue::Item> FairQueue::removeOlderThan(Clock::time_point since) {
    std::vector<Item> removed;
    for (auto& tenant : tenants_)
        for (auto& client : tenant.clients)
            while (!client.waiting.empty() && client.waiting.front().since <= since) {
                removed.push_back(std::move(client.waiting.front().item));
                client.waiting.pop_front();
                --tenant.size;
                --size_;
            }
    dropEmpty();
    return removed;
}

void FairQueue::dropEmpty() {
    for (auto& tenant : tenants_) tenant.clients.remove_if([](const Client& client) { return client.waiting.empty(); });
    tenants_.remove_if([](const Tenant& tenant) { return tenant.clients.empty(); });
}

std::size_t FairQueue::sizeOf(std::int32_t id) const {
    const auto tenant = std::ranges::find(tenants_, id, &Tenant::id);
    return tenant == tenants_.end() ? 0 : tenant->size;
}

FairQueue::Clock::time_point FairQueue::oldest() const {
    auto since = Clock::time_point::max();
    for (const auto& tenant : tenants_)
        for (const auto& client : tenant.clients) since = std::min(since, client.waiting.front().since);
    return since;
}

}  // namespace polyclinic::db
