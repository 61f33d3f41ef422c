#include "base/fair_memory.h"

#include <mutex>
#include <unordered_map>
#include <utility>

#include "base/failure.h"

namespace polyclinic {
namespace {

constexpr std::size_t mostWaiting = 1'000;

Failure noRoom() {
    return Failure(FailureKind::unavailable, "The server has as much to read as it can hold. Try again in a few seconds.")
        .withRetryAfter(5);
}

}  // namespace

struct FairMemory::State : std::enable_shared_from_this<State> {
    struct Waiting {
        std::int32_t tenant;
        std::size_t bytes;
        std::shared_ptr<OneShot<Hold>> answer;
    };

    explicit State(std::size_t bytes) : limit(bytes) {}

    std::shared_ptr<OneShot<Hold>> ask(std::size_t bytes, WorkOwner owner) {
        auto answer = std::make_shared<OneShot<Hold>>();
        {
            std::lock_guard lock(mutex);
            if (!waiting.push(owner, {owner.tenant, bytes, answer}, mostWaiting)) throw noRoom();
        }
        grant();
        return answer;
    }

    /// To all whose turn it is. Answers are given without the lock: one that nobody waits for any more is given back at once.
    void grant() {
        while (const auto next = takeNext()) next->answer->set(holdOf(*next));
    }

    std::optional<Waiting> takeNext() {
        std::lock_guard lock(mutex);
        auto next = waiting.pop([this](std::int32_t tenant, const Waiting& one) {
            return !tenants.contains(tenant) || (one.bytes <= limit && used <= limit - one.bytes);
        });
        if (next) {
            used += next->bytes;
            tenants[next->tenant] += next->bytes;
        }
        return next;
    }

    Hold holdOf(const Waiting& one) {
        return {this, [state = shared_from_this(), tenant = one.tenant, bytes = one.bytes](const void*) {
                    state->giveBack(tenant, bytes);
                    state->grant();
                }};
    }

    void giveBack(std::int32_t tenant, std::size_t bytes) {
        std::lock_guard lock(mutex);
        used -= bytes;
        const auto of = tenants.find(tenant);
        if ((of->second -= bytes) == 0) tenants.erase(of);
    }

    const std::size_t limit;
    std::mutex mutex;
    std::size_t used = 0;
    std::unordered_map<std::int32_t, std::size_t> tenants;  // those that hold something
    Turns<Waiting> waiting;
};

FairMemory::FairMemory(std::size_t bytes, std::chrono::milliseconds patience)
    : state_(std::make_shared<State>(bytes)), patience_(patience) {}

Task<FairMemory::Hold> FairMemory::take(std::size_t bytes, WorkOwner owner) {
    const auto answer = state_->ask(bytes, owner);
    const auto timer = Loop::current().after(patience_, [answer] { answer->fail(std::make_exception_ptr(noRoom())); });
    co_return co_await *answer;
}

}  // namespace polyclinic
