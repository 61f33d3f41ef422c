// The event loop of one core. Only http/, db/ and loop.cpp see Asio (through base/loop_asio.h).

#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <vector>

#include "base/task.h"

namespace polyclinic {

/// One thread's event loop. A coroutine stays on the loop where it started; whatever it awaits resumes it there.
class Loop {
  public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;

    /// The loop that this thread runs. Undefined on a thread that runs none.
    static Loop& current();
    /// The same, or null.
    static Loop* currentOrNull();

    /// Runs until stop(). Call from the thread that is to be the loop's.
    void run();
    /// Ends run() soon; what is queued is dropped. Any thread.
    void stop();
    /// Calls `work` on this loop, never inside this call. Any thread.
    void post(std::function<void()> work);
    /// Resumes `handle` on this loop, never inside this call. Any thread.
    void resume(std::coroutine_handle<> handle);

    /// A call on this loop after `delay`, unless the handle is destroyed or cancelled first. The loop's thread only.
    class Timer {
      public:
        Timer() = default;
        void cancel() { alive_.reset(); }

      private:
        friend class Loop;
        std::shared_ptr<void> alive_;
    };
    [[nodiscard]] Timer after(std::chrono::milliseconds delay, std::function<void()> work);

    /// Asio's io_context, for base/loop_asio.h.
    void* native() { return native_; }

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    void* native_ = nullptr;
};

/// Resumes after `delay` on the current loop.
Task<void> sleepFor(std::chrono::milliseconds delay);

/// A value that one side sets once and the other side awaits once, both by shared pointer.
/// set() and fail() may come from any thread; the awaiter resumes on the loop where it waits.
template <class T>
class OneShot {
  public:
    void set(T value) {
        finish([&] { value_.emplace(std::move(value)); });
    }
    void fail(std::exception_ptr error) {
        finish([&] { error_ = std::move(error); });
    }

    struct Awaiter {  // g++ 12 copies an awaited lvalue that is its own awaiter
        OneShot& shot;
        bool await_ready() { return false; }
        bool await_suspend(std::coroutine_handle<> awaiting) {
            std::lock_guard lock(shot.mutex_);
            if (shot.done_) return false;
            shot.loop_ = &Loop::current();
            shot.awaiting_ = awaiting;
            return true;
        }
        T await_resume() {
            if (shot.error_) std::rethrow_exception(shot.error_);
            return std::move(*shot.value_);
        }
    };
    Awaiter operator co_await() { return {*this}; }

  private:
    template <class Store>
    void finish(Store store) {
        std::coroutine_handle<> awaiting;
        Loop* loop = nullptr;
        {
            std::lock_guard lock(mutex_);
            if (done_) return;
            store();
            done_ = true;
            awaiting = std::exchange(awaiting_, nullptr);
            loop = loop_;
        }
        if (awaiting) loop->resume(awaiting);
    }

    std::mutex mutex_;
    bool done_ = false;
    std::optional<T> value_;
    std::exception_ptr error_;
    std::coroutine_handle<> awaiting_;
    Loop* loop_ = nullptr;
};

/// A few threads for what blocks or takes long (password hashing, validation of large Bundles, COPY).
class WorkerPool {
  public:
    /// `queueLimit`: how much may wait; more is refused with Failure(tooManyRequests).
    WorkerPool(unsigned threads, std::size_t queueLimit);
    /// Finishes what runs, drops what waits.
    ~WorkerPool();

    /// Runs `work` on a worker and answers its result on the loop that awaits it. What `work` throws is rethrown there.
    template <class Work>
    auto run(Work work) -> Task<std::invoke_result_t<Work&>> {
        using Result = std::invoke_result_t<Work&>;
        if constexpr (std::is_void_v<Result>) {
            auto done = std::make_shared<OneShot<bool>>();
            push([done, work = std::move(work)]() mutable {
                try {
                    work();
                    done->set(true);
                } catch (...) {
                    done->fail(std::current_exception());
                }
            });
            co_await *done;
        } else {
            auto done = std::make_shared<OneShot<Result>>();
            push([done, work = std::move(work)]() mutable {
                try {
                    done->set(work());
                } catch (...) {
                    done->fail(std::current_exception());
                }
            });
            co_return co_await *done;
        }
    }

  private:
    void push(std::function<void()> work);
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Runs `task` to its end on `loop` from a thread that is no loop's; answers its result or rethrows. Blocks.
template <class T>
T runBlocking(Loop& loop, Task<T> task);

}  // namespace polyclinic

#include "base/run_blocking.h"
