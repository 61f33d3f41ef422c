#include "base/fair_workers.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <list>
#include <mutex>

#include "base/failure.h"

namespace polyclinic {
namespace {

/// What waits for a worker, in turns.
class WorkQueue {
  public:
    /// False where there is no room.
    bool push(WorkOwner owner, std::function<void()> work, std::size_t limit) {
        auto tenant = std::ranges::find(tenants_, owner.tenant, &Tenant::id);
        if (tenant == tenants_.end()) tenant = tenants_.insert(tenants_.end(), Tenant{owner.tenant, 0, {}});
        auto client = std::ranges::find(tenant->clients, owner.client, &Client::id);
        if (client == tenant->clients.end()) client = tenant->clients.insert(tenant->clients.end(), Client{owner.client, {}});
        // Room is left for one tenant more, and for one client more of each.
        const std::size_t ofTenant = limit / (tenants_.size() + 1), ofClient = ofTenant / (tenant->clients.size() + 1);
        const bool hasRoom = size_ < limit || tenant->size < ofTenant || client->waiting.size() < ofClient;
        if (hasRoom) {
            client->waiting.push_back(std::move(work));
            ++tenant->size;
            ++size_;
        }
        if (client->waiting.empty()) tenant->clients.erase(client);
        if (tenant->clients.empty()) tenants_.erase(tenant);
        return hasRoom;
    }

    /// Of one that is not empty.
    std::function<void()> pop() {
        auto& tenant = tenants_.front();
        auto& client = tenant.clients.front();
        auto work = std::move(client.waiting.front());
        client.waiting.pop_front();
        --tenant.size;
        --size_;
        endTurn(tenant.clients, client.waiting.empty());
        endTurn(tenants_, tenant.clients.empty());
        return work;
    }

  private:
    struct Client {
        std::uint64_t id;
        std::deque<std::function<void()>> waiting;  // never empty
    };
    struct Tenant {
        std::int32_t id;
        std::size_t size;
        std::list<Client> clients;  // never empty; the next one first
    };
    template <class List>
    static void endTurn(List& list, bool leaves) {
        if (leaves)
            list.pop_front();
        else
            list.splice(list.end(), list, list.begin());
    }

    std::list<Tenant> tenants_;  // the next one first
    std::size_t size_ = 0;
};

}  // namespace

struct FairWorkers::Impl {
    Impl(unsigned threads, std::size_t limit) : limit(limit), pool(threads, std::numeric_limits<std::size_t>::max()) {}

    /// The work of whose turn it is. On a worker.
    void takeTurn() {
        std::unique_lock lock(mutex);
        const auto work = queue.pop();
        lock.unlock();
        work();
    }
    static Task<void> oneMore(Impl& impl) {
        co_await impl.pool.run([&impl] { impl.takeTurn(); });
    }

    std::mutex mutex;
    WorkQueue queue;
    const std::size_t limit;
    WorkerPool pool;  // has as much to do as there is in the queue; the first to go
};

FairWorkers::FairWorkers(unsigned threads, std::size_t queueLimit) : impl_(std::make_unique<Impl>(threads, queueLimit)) {}
FairWorkers::~FairWorkers() = default;

void FairWorkers::push(WorkOwner owner, std::function<void()> work) {
    {
        std::lock_guard lock(impl_->mutex);
        if (!impl_->queue.push(owner, std::move(work), impl_->limit))
            throw Failure(FailureKind::tooManyRequests, "The server is busy. Try again in a few seconds.").withRetryAfter(5);
    }
    spawn(Impl::oneMore(*impl_));
}

}  // namespace polyclinic
