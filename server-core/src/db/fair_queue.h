// Who is served next when many wait: deficit round robin over tenants, and in turn over the clients of each, so that nobody
// waits longer because somebody else asks more often. (M. Shreedhar, G. Varghese: Efficient Fair Queuing using Deficit
// Round Robin.) Internal to db/.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "db/database.h"

namespace polyclinic::db {

struct Segment;

class FairQueue {
  public:
    using Clock = std::chrono::steady_clock;
    using Item = std::shared_ptr<Segment>;
    /// Whether one more of this tenant may go now.
    using MayGo = std::function<bool(std::int32_t tenant)>;

    /// A tenant may take so much at each turn. What costs more waits for several turns.
    static constexpr std::size_t quantum = 1, mostCost = 8;

    /// `cost`: 1 to mostCost, more counts as that.
    void push(const Requester& requester, std::size_t cost, Clock::time_point since, Item item);
    /// Nothing where nobody who waits may go.
    Item pop(const MayGo& mayGo);
    /// False when it does not wait here.
    bool remove(const Item& item);
    /// Takes out everything that waits since then or longer, the oldest of each client first.
    std::vector<Item> removeOlderThan(Clock::time_point since);

    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    /// How many of this tenant's wait.
    std::size_t sizeOf(std::int32_t tenant) const;
    /// Since when the one that waits longest has waited; far in the future when nobody does.
    Clock::time_point oldest() const;

  private:
    struct Waiting {
        Item item;
        std::size_t cost;
        Clock::time_point since;
    };
    struct Client {
        std::uint64_t id;
        std::deque<Waiting> waiting;  // never empty
    };
    struct Tenant {
        std::int32_t id;
        std::size_t deficit = 0, size = 0;
        bool onTurn = false;        // has had its quantum of this turn
        std::list<Client> clients;  // never empty; the next one first
    };
    void endTurn();
    void dropEmpty();

    std::list<Tenant> tenants_;  // the next one first
    std::size_t size_ = 0;
};

}  // namespace polyclinic::db
