#include "base/fair_workers.h"

#include <limits>
#include <mutex>

#include "base/failure.h"

namespace polyclinic {
struct FairWorkers::Impl {
    Impl(unsigned threads, std::size_t limit) : limit(limit), pool(threads, std::numeric_limits<std::size_t>::max()) {}

    /// The work of whose turn it is. On a worker.
    void takeTurn() {
        std::unique_lock lock(mutex);
        const auto work = queue.pop([](std::int32_t, const auto&) { return true; });
        lock.unlock();
        (*work)();
    }
    static Task<void> oneMore(Impl& impl) {
        co_await impl.pool.run([&impl] { impl.takeTurn(); });
    }

    std::mutex mutex;
    Turns<std::function<void()>> queue;
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
