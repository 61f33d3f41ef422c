// N keep-alive connections that ask, each as soon as it has its answer, for a fixed time. One thread, one epoll.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "http_client.h"

namespace polyclinic::bench {

/// What is asked and which answers are right.
class Work {
  public:
    virtual ~Work() = default;
    /// The next request's bytes for that connection.
    virtual std::string next(unsigned connection) = 0;
    /// Whether the answer to that connection's last request is right.
    virtual bool right(unsigned connection, const Answer& answer) = 0;
};

struct LoadResult {
    std::uint64_t answers = 0, errors = 0;
    double perSecond = 0;
    double p50 = 0, p99 = 0;  // microseconds
    std::string firstError;   // status or what broke; no body
};

/// 0.3 s of warming up are not counted. An answer that takes over 15 s, or a lost connection, is an error.
LoadResult load(const Address& server, unsigned connections, std::chrono::duration<double> time, Work& work);

}  // namespace polyclinic::bench
