// Task<T>: a lazy coroutine. It starts when it is awaited and answers its awaiter by symmetric transfer.
//
// Trap of g++ 12: `condition ? co_await a() : co_await b()` is miscompiled (double free). Write if/else.
// Trap of g++ 12: a temporary that owns something and stands inside a co_await expression (a lambda with captures by
// value, an aggregate in braces, an operand of ?:) can be destroyed twice. Name it first, then move it in.
// Trap of g++ 12: a co_await inside the condition of an if or while, whose arguments own memory, can resume a finished
// coroutine. Name its result first.
// Trap of every compiler: a lambda coroutine's captures die with the lambda object; pass state as arguments.

#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

namespace polyclinic {

template <class T>
class Task;

namespace detail {

struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) noexcept {
        return self.promise().continuation ? self.promise().continuation : std::noop_coroutine();
    }
    void await_resume() noexcept {}
};

struct PromiseBase {
    std::coroutine_handle<> continuation;
    std::exception_ptr error;

    std::suspend_always initial_suspend() noexcept { return {}; }
    FinalAwaiter final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase {
    std::optional<T> value;

    Task<T> get_return_object();
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
    T take() {
        if (error) std::rethrow_exception(error);
        return std::move(*value);
    }
};

template <>
struct Promise<void> : PromiseBase {
    Task<void> get_return_object();
    void return_void() noexcept {}
    void take() {
        if (error) std::rethrow_exception(error);
    }
};

}  // namespace detail

/// Result of a coroutine, or the exception that ended it. Move only; destroying an unfinished Task destroys
/// the suspended coroutine with it.
template <class T = void>
class [[nodiscard]] Task {
  public:
    using promise_type = detail::Promise<T>;

    explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&& other) noexcept {
        if (this != &other) {
            if (handle_) handle_.destroy();
            handle_ = std::exchange(other.handle_, nullptr);
        }
        return *this;
    }
    ~Task() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
        handle_.promise().continuation = awaiting;
        return handle_;
    }
    T await_resume() { return handle_.promise().take(); }

  private:
    std::coroutine_handle<promise_type> handle_;
};

namespace detail {
template <class T>
Task<T> Promise<T>::get_return_object() {
    return Task<T>(std::coroutine_handle<Promise<T>>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() { return Task<void>(std::coroutine_handle<Promise<void>>::from_promise(*this)); }
}  // namespace detail

/// Starts `task` at once on this thread and lets it run to its end by itself. The task must not throw: what it
/// throws is logged as an internal error and goes nowhere else.
void spawn(Task<void> task);

}  // namespace polyclinic
