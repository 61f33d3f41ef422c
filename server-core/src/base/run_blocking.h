// Implementation of runBlocking (base/loop.h).

#pragma once

#include <future>

#include "base/loop.h"

namespace polyclinic {
namespace detail {

template <class T>
Task<void> fulfil(Task<T> task, std::shared_ptr<std::promise<T>> promise) {
    try {
        if constexpr (std::is_void_v<T>) {
            co_await task;
            promise->set_value();
        } else {
            promise->set_value(co_await task);
        }
    } catch (...) {
        promise->set_exception(std::current_exception());
    }
}

}  // namespace detail

template <class T>
T runBlocking(Loop& loop, Task<T> task) {
    auto promise = std::make_shared<std::promise<T>>();
    auto future = promise->get_future();
    auto shared = std::make_shared<Task<T>>(std::move(task));
    loop.post([shared, promise] { spawn(detail::fulfil(std::move(*shared), promise)); });
    return future.get();
}

}  // namespace polyclinic
