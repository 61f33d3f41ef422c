// What waits, in turns: tenants one after another, and the clients of each. Not locked.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <utility>

namespace polyclinic {

/// Whose work it is.
struct WorkOwner {
    std::int32_t tenant = 0;   // 0: nobody's, such as the operators'
    std::uint64_t client = 0;  // any number that tells one from another
};

template <class Item>
class Turns {
  public:
    /// False where there is no room: `limit` wait already. Room is left for one tenant more, and for one client more of each.
    bool push(WorkOwner owner, Item item, std::size_t limit) {
        auto tenant = std::ranges::find(tenants_, owner.tenant, &Tenant::id);
        if (tenant == tenants_.end()) tenant = tenants_.insert(tenants_.end(), Tenant{owner.tenant, 0, {}});
        auto client = std::ranges::find(tenant->clients, owner.client, &Client::id);
        if (client == tenant->clients.end()) client = tenant->clients.insert(tenant->clients.end(), Client{owner.client, {}});
        const std::size_t ofTenant = limit / (tenants_.size() + 1), ofClient = ofTenant / (tenant->clients.size() + 1);
        const bool hasRoom = size_ < limit || tenant->size < ofTenant || client->waiting.size() < ofClient;
        if (hasRoom) {
            client->waiting.push_back(std::move(item));
            ++tenant->size;
            ++size_;
        }
        if (client->waiting.empty()) tenant->clients.erase(client);
        if (tenant->clients.empty()) tenants_.erase(tenant);
        return hasRoom;
    }

    /// The first in turn of which `mayGo(tenant, item)` is true; nothing where there is none.
    template <class MayGo>
    std::optional<Item> pop(const MayGo& mayGo) {
        for (auto tenant = tenants_.begin(); tenant != tenants_.end(); ++tenant)
            for (auto client = tenant->clients.begin(); client != tenant->clients.end(); ++client) {
                if (!mayGo(tenant->id, client->waiting.front())) continue;
                std::optional<Item> item(std::move(client->waiting.front()));
                client->waiting.pop_front();
                --tenant->size;
                --size_;
                endTurn(tenant->clients, client, client->waiting.empty());
                endTurn(tenants_, tenant, tenant->clients.empty());
                return item;
            }
        return std::nullopt;
    }

  private:
    struct Client {
        std::uint64_t id;
        std::deque<Item> waiting;  // never empty
    };
    struct Tenant {
        std::int32_t id;
        std::size_t size;
        std::list<Client> clients;  // never empty; the next one first
    };
    template <class List>
    static void endTurn(List& list, typename List::iterator at, bool leaves) {
        if (leaves)
            list.erase(at);
        else
            list.splice(list.end(), list, at);
    }

    std::list<Tenant> tenants_;  // the next one first
    std::size_t size_ = 0;
};

}  // namespace polyclinic
