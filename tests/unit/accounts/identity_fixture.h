// What the tests of identity and authorization share: a clock that stands still, requests, answers, two clinics.

#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "../../db/database_fixture.h"
#include "accounts/operators.h"
#include "authorization_server/oauth_failure.h"
#include "authorization_server/operator_auth.h"
#include "base/random.h"
#include "oauth/client_store.h"

namespace polyclinic::test {

class ManualClock : public Clock {
  public:
    Timestamp now() const override { return {micros_.load()}; }
    void forward(std::chrono::microseconds by) { micros_ += by.count(); }

  private:
    std::atomic<std::int64_t> micros_{1'795'000'000'000'000};
};

inline http::Request get(std::string query) {
    http::Request request;
    request.method = http::Method::get;
    request.methodText = "GET";
    request.path = "/authorize";
    request.query = std::move(query);
    request.target = request.path + "?" + request.query;
    request.host = "127.0.0.1:9000";
    request.peer = "192.0.2.7";
    request.id = "req-1";
    return request;
}

inline http::Request post(const FormFields& fields, std::string authorization = {}) {
    http::Request request;
    request.method = http::Method::post;
    request.methodText = "POST";
    request.headers.set("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8");
    if (!authorization.empty()) request.headers.set("Authorization", std::move(authorization));
    request.body = encodeForm(fields);
    request.host = "127.0.0.1:9000";
    request.peer = "192.0.2.7";
    request.id = "req-1";
    return request;
}

inline http::Request postJson(const nlohmann::json& body) {
    http::Request request = post({});
    request.headers.set("Content-Type", "application/json");
    request.body = body.dump();
    return request;
}

inline std::string basic(const std::string& id, const std::string& secret) {
    return "Basic " + base64Encode(percentEncode(id) + ":" + percentEncode(secret));
}

inline nlohmann::json bodyOf(const http::Response& response) { return nlohmann::json::parse(response.body); }

inline std::string header(const http::Response& response, std::string_view name) {
    return std::string(response.headers.find(name).value_or(""));
}

/// Value of a parameter of the Location header; empty when there is none.
inline std::string returned(const http::Response& response, std::string_view name) {
    const std::string location = header(response, "Location");
    const auto mark = location.find('?');
    if (mark == location.npos) return {};
    const auto fields = parseForm(location.substr(mark + 1)).value();
    for (const auto& [key, value] : fields)
        if (key == name) return value;
    return {};
}

/// The handler's answer, or what the route would write for its failure.
inline http::Response answer(Loop& loop, Task<http::Response> task) {
    try {
        return runBlocking(loop, std::move(task));
    } catch (const Failure& failure) {
        return authorization_server::toOAuthResponse(failure);
    }
}

/// Status of `count` equal calls at the same time, half of them on each of two loops.
inline std::map<int, int> race(RunningLoops& loops, int count, std::function<Task<http::Response>(int)> call) {
    std::mutex mutex;
    std::map<int, int> statuses;
    const auto half = [&](Loop& loop, int from, int to) {
        runBlocking(loop, together(to - from, [&, from](int i) -> Task<void> {
                        int status = 0;
                        try {
                            const auto response = co_await call(from + i);
                            status = response.status;
                        } catch (const Failure& failure) {
                            status = authorization_server::toOAuthResponse(failure).status;
                        }
                        std::lock_guard lock(mutex);
                        ++statuses[status];
                    }));
    };
    std::thread other([&] { half(loops[1], count / 2, count); });
    half(loops[0], 0, count / 2);
    other.join();
    return statuses;
}

}  // namespace polyclinic::test
