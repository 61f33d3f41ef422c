// Time. All of the core asks a Clock, so that tests can move it.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyclinic {

/// UTC, in microseconds since 1970: what PostgreSQL's timestamptz holds.
struct Timestamp {
    std::int64_t micros = 0;

    friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
    Timestamp operator+(std::chrono::microseconds d) const { return {micros + d.count()}; }
    Timestamp operator-(std::chrono::microseconds d) const { return {micros - d.count()}; }
    std::chrono::microseconds operator-(Timestamp o) const { return std::chrono::microseconds(micros - o.micros); }
};

/// Wall clock. Any thread.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
    /// The machine's clock.
    static const Clock& system();
};

/// FHIR instant with milliseconds, UTC: 2026-05-03T09:12:00.123Z.
std::string toInstant(Timestamp time);
/// The inverse, for instants as toInstant writes them; nothing for other text.
std::optional<Timestamp> fromInstant(std::string_view text);
/// IMF-fixdate of RFC 9110 section 5.6.7: Sun, 03 May 2026 09:12:00 GMT.
std::string toHttpDate(Timestamp time);

}  // namespace polyclinic
