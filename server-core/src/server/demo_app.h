// The app of the demo clinic: somebody else's web pages on a loopback address of their own, as an app's maker would
// serve them. They talk to the clinic as every app does; the server helps them with nothing but their files.

#pragma once

#include <mutex>
#include <span>
#include <string>

#include "http/server.h"

namespace polyclinic {

class DemoApp final : public http::Application {
  public:
    explicit DemoApp(std::span<Loop* const> loops);
    ~DemoApp() override;

    /// Listens on 127.0.0.1:8090, or on a free port where that is taken; answers "http://127.0.0.1:PORT/". Call from a
    /// thread that runs no loop. Throws Failure as http::Server::listen.
    std::string open();
    /// Where the app finds its clinic and under which client_id it was registered. Any thread.
    void connect(const std::string& fhirBase, const std::string& clientId);
    /// The clinic has another address.
    void moved(const std::string& fhirBase);
    /// Closes the door. Call from a thread that runs no loop.
    void stop();

    Task<http::Admission> admit(const http::Request& request) override;
    Task<http::Response> handle(http::Request request) override;
    http::Response fault(int status, std::string_view reason, std::string_view requestId) override;

  private:
    http::Response file(std::string_view path);
    http::Response onlyGet();

    std::mutex mutex_;
    std::string settings_;  // JSON; empty until connected
    std::string contentPolicy_;
    http::Server server_;
};

}  // namespace polyclinic
