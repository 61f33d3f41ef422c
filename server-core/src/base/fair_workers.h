// Workers that many share: tenants have their turns one after another, and so have the clients of each.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/loop.h"
#include "base/turns.h"

namespace polyclinic {

/// A few threads for what blocks or takes long and anybody can ask for: passwords' hashes, large bodies.
class FairWorkers {
  public:
    /// `queueLimit`: how much may wait; more is refused with Failure(tooManyRequests). Where it is full, a tenant and a client that have
    /// less waiting than an equal share still get their place.
    FairWorkers(unsigned threads, std::size_t queueLimit);
    /// Finishes what runs, drops what waits.
    ~FairWorkers();

    /// Runs `work` on a worker and answers its result on the loop that awaits it. What `work` throws is rethrown there.
    template <class Work>
    auto run(Work work, WorkOwner owner) -> Task<std::invoke_result_t<Work&>> {
        using Result = std::invoke_result_t<Work&>;
        using Value = std::conditional_t<std::is_void_v<Result>, bool, Result>;
        auto done = std::make_shared<OneShot<Value>>();
        push(owner, [done, work = std::move(work)]() mutable {
            try {
                if constexpr (std::is_void_v<Result>) {
                    work();
                    done->set(true);
                } else {
                    done->set(work());
                }
            } catch (...) {
                done->fail(std::current_exception());
            }
        });
        if constexpr (std::is_void_v<Result>)
            co_await *done;
        else
            co_return co_await *done;
    }

    /// The workers as one owner uses them, who goes first.
    class Share {
      public:
        Share(FairWorkers& workers, WorkOwner owner) : workers_(&workers), owner_(owner) {}
        template <class Work>
        auto run(Work work) const {
            return workers_->run(std::move(work), owner_);
        }

      private:
        FairWorkers* workers_;
        WorkOwner owner_;
    };
    Share of(WorkOwner owner) { return {*this, owner}; }

  private:
    void push(WorkOwner owner, std::function<void()> work);
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace polyclinic
