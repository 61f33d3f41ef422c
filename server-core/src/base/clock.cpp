#include "base/clock.h"

#include <cstdio>
#include <ctime>

namespace polyclinic {
namespace {

class SystemClock final : public Clock {
  public:
    Timestamp now() const override {
        using namespace std::chrono;
        return {duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
    }
};

struct Civil {
    std::chrono::year_month_day date;
    int hour, minute, second, millis;
    unsigned weekday;
};

Civil civil(Timestamp time) {
    using namespace std::chrono;
    const auto since = sys_time<microseconds>(microseconds(time.micros));
    const auto day = floor<days>(since);
    const auto rest = duration_cast<milliseconds>(since - day).count();
    return {year_month_day(day),   int(rest / 3600000), int(rest / 60000 % 60),
            int(rest / 1000 % 60), int(rest % 1000),    weekday(day).c_encoding()};
}

}  // namespace

const Clock& Clock::system() {
    static const SystemClock clock;
    return clock;
}

std::string toInstant(Timestamp time) {
    const auto c = civil(time);
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(c.date.year()), unsigned(c.date.month()),
                  unsigned(c.date.day()), c.hour, c.minute, c.second, c.millis);
    return text;
}

std::optional<Timestamp> fromInstant(std::string_view text) {
    int year, hour, minute, second, millis, used = 0;
    unsigned month, day;
    const std::string copy(text);
    if (copy.size() != 24 ||
        std::sscanf(copy.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d.%3dZ%n", &year, &month, &day, &hour, &minute, &second, &millis, &used) != 7 ||
        used != 24)
        return std::nullopt;
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    const auto point = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + milliseconds(millis);
    return Timestamp{duration_cast<microseconds>(point.time_since_epoch()).count()};
}

std::string toHttpDate(Timestamp time) {
    static constexpr const char* weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto c = civil(time);
    char text[48];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", weekdays[c.weekday], unsigned(c.date.day()),
                  months[unsigned(c.date.month()) - 1], int(c.date.year()), c.hour, c.minute, c.second);
    return text;
}

}  // namespace polyclinic
