// What every call to the server answers: the value, or an error that a person can read.

#pragma once

#include <QFutureWatcher>
#include <QString>
#include <utility>
#include <variant>

namespace polyclinic::ui {

struct ApiError {
    int status = 0;    // HTTP status; 0 when the server was not reached
    QString code;      // OperationOutcome issue.code, "unreachable", or an OAuth error code
    QString sentence;  // plain text for a person: what happened, and what to do where that is known
};

struct Nothing {};

template <class T>
class Result {
  public:
    Result(T value) : held_(std::move(value)) {}
    Result(ApiError error) : held_(std::move(error)) {}

    bool ok() const { return std::holds_alternative<T>(held_); }
    explicit operator bool() const { return ok(); }
    const T& value() const { return std::get<T>(held_); }
    const ApiError& error() const { return std::get<ApiError>(held_); }
    const T* operator->() const { return &value(); }
    const T& operator*() const { return value(); }

    template <class F>
    auto map(F change) const -> Result<decltype(change(std::declval<const T&>()))> {
        if (ok()) return change(value());
        return error();
    }

  private:
    std::variant<T, ApiError> held_;
};

/// Calls `then` with the future's value, in the thread of `context`, and never after `context` is gone.
/// A future that is dropped without a value calls nothing.
template <class T, class F>
void whenDone(QFuture<T> future, QObject* context, F then) {
    auto* watcher = new QFutureWatcher<T>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, then = std::move(then)]() mutable {
        watcher->deleteLater();
        if (watcher->future().resultCount() > 0) then(watcher->result());
    });
    watcher->setFuture(future);
}

}  // namespace polyclinic::ui
