// The log: one line an event, to standard error or the journal. It never holds patient data, tokens, codes,
// query values or bodies: callers pass ids of requests, names of tenants, counts and kinds of failure.

#pragma once

#include <spdlog/spdlog.h>

#include <string_view>

namespace polyclinic::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

/// Whether debug lines are kept: spares making them.
inline bool saysDebug() { return spdlog::should_log(spdlog::level::debug); }

/// Once, at start. `level`: error, warn, info or debug. `file` empty: standard error; else rotated, 10 x 10 MB.
void setUp(std::string_view level, std::string_view file);

}  // namespace polyclinic::log
