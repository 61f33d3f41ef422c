#include "base/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <thread>

#include "base/failure.h"
#include "base/log.h"
#include "base/loop_asio.h"
#include "base/loop_watch.h"

namespace polyclinic {
namespace {

thread_local Loop* currentLoop = nullptr;

struct Detached {
    struct promise_type {
        Detached get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() noexcept {}
        void unhandled_exception() noexcept { std::terminate(); }
    };
};

Detached runDetached(Task<void> task) {
    try {
        co_await task;
    } catch (const std::exception& error) {
        log::error("a background task ended with an error: {}", error.what());
    }
}

}  // namespace

void spawn(Task<void> task) { runDetached(std::move(task)); }

struct Loop::Impl {
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard{io.get_executor()};
};

Loop::Loop() : impl_(std::make_unique<Impl>()), native_(&impl_->io) {}
Loop::~Loop() = default;

Loop& Loop::current() { return *currentLoop; }
Loop* Loop::currentOrNull() { return currentLoop; }

void Loop::run() {
    currentLoop = this;
    LoopWatch watch;
    while (!impl_->io.stopped()) {
        try {
            while (impl_->io.run_one() > 0) watch.lap();
        } catch (const std::exception& error) {
            log::error("an event handler ended with an error: {}", error.what());
        }
    }
    currentLoop = nullptr;
}

void Loop::stop() { impl_->io.stop(); }

void Loop::post(std::function<void()> work) { boost::asio::post(impl_->io, std::move(work)); }

void Loop::resume(std::coroutine_handle<> handle) {
    boost::asio::post(impl_->io, [handle] { handle.resume(); });
}

Loop::Timer Loop::after(std::chrono::milliseconds delay, std::function<void()> work) {
    struct Armed {
        boost::asio::steady_timer timer;
        std::function<void()> work;
    };
    auto armed = std::make_shared<Armed>(Armed{boost::asio::steady_timer(impl_->io, delay), std::move(work)});
    armed->timer.async_wait([weak = std::weak_ptr<Armed>(armed)](const boost::system::error_code& error) {
        const auto alive = weak.lock();
        if (alive && !error) alive->work();
    });
    Timer handle;
    handle.alive_ = armed;
    return handle;
}

Task<void> sleepFor(std::chrono::milliseconds delay) {
    auto done = std::make_shared<OneShot<bool>>();
    const auto timer = Loop::current().after(delay, [done] { done->set(true); });
    co_await *done;
}

struct WorkerPool::Impl {
    std::mutex mutex;
    std::condition_variable ready;
    std::deque<std::function<void()>> queue;
    std::size_t limit = 0;
    bool stopping = false;
    std::vector<std::thread> threads;

    void work() {
        for (;;) {
            std::function<void()> next;
            {
                std::unique_lock lock(mutex);
                ready.wait(lock, [this] { return stopping || !queue.empty(); });
                if (stopping) return;
                next = std::move(queue.front());
                queue.pop_front();
            }
            next();
        }
    }
};

WorkerPool::WorkerPool(unsigned threads, std::size_t queueLimit) : impl_(std::make_unique<Impl>()) {
    impl_->limit = queueLimit;
    for (unsigned i = 0; i < threads; ++i) impl_->threads.emplace_back([impl = impl_.get()] { impl->work(); });
}

WorkerPool::~WorkerPool() {
    {
        std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->ready.notify_all();
    for (auto& thread : impl_->threads) thread.join();
}

void WorkerPool::push(std::function<void()> work) {
    {
        std::lock_guard lock(impl_->mutex);
        if (impl_->queue.size() >= impl_->limit)
            throw Failure(FailureKind::tooManyRequests, "The server is busy. Try again in a few seconds.").withRetryAfter(5);
        impl_->queue.push_back(std::move(work));
    }
    impl_->ready.notify_one();
}

}  // namespace polyclinic
