// Stands before the dispatcher until everything answers.

#pragma once

#include <atomic>

#include "http/server.h"

namespace polyclinic {

/// Any thread. 503 until open(); from then on what that application says, which lives as long as this is asked.
class StartupGate final : public http::Application {
  public:
    void open(http::Application& application) { behind_ = &application; }

    Task<http::Admission> admit(const http::Request& request) override {
        if (auto* application = behind_.load()) co_return co_await application->admit(request);
        http::Admission admission;
        admission.refusal = fault(503, "The server is starting.", request.id);
        co_return admission;
    }
    Task<http::Response> handle(http::Request request) override {
        if (auto* application = behind_.load()) co_return co_await application->handle(std::move(request));
        co_return fault(503, "The server is starting.", request.id);
    }
    http::Response fault(int status, std::string_view reason, std::string_view id) override {
        if (auto* application = behind_.load()) return application->fault(status, reason, id);
        auto response = http::Response::make(status, "text/plain; charset=utf-8", std::string(reason) + "\n");
        response.headers.add("Retry-After", "1");
        return response;
    }

  private:
    std::atomic<http::Application*> behind_{nullptr};
};

}  // namespace polyclinic
