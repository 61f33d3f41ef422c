#include "fhir/search/ranges.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace polyclinic::fhir {
namespace {

constexpr std::int64_t secondMicros = 1'000'000, minuteMicros = 60 * secondMicros, hourMicros = 60 * minuteMicros,
                       dayMicros = 24 * hourMicros;

/// Reads fixed-width fields from the front of a text.
class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}
    bool atEnd() const { return text_.empty(); }
    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    std::optional<int> digits(std::size_t count) {
        if (text_.size() < count) return std::nullopt;
        int value = 0;
        for (const char c : text_.substr(0, count)) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        text_.remove_prefix(count);
        return value;
    }
    /// Digits of a fraction as microseconds, and the width of the last digit that counts.
    bool fraction(std::int64_t& micros, std::int64_t& width) {
        std::int64_t unit = secondMicros;
        std::size_t count = 0;
        for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; text_.remove_prefix(1), ++count) {
            if (unit == 1) continue;  // finer than a microsecond
            unit /= 10;
            micros += (text_.front() - '0') * unit;
        }
        width = unit;
        return count > 0;
    }

  private:
    std::string_view text_;
};

std::int64_t microsOf(std::chrono::year_month_day date) { return std::chrono::sys_days(date).time_since_epoch().count() * dayMicros; }

std::optional<DateRange> between(std::int64_t low, std::int64_t end) {
    return DateRange{{std::max(low, beginningOfTime.micros)}, {std::min(end - 1, endOfTime.micros)}};
}

std::optional<std::int64_t> zoneOffset(Reader& reader) {
    if (reader.atEnd() || reader.take('Z')) return 0;
    const bool east = reader.take('+');
    if (!east && !reader.take('-')) return std::nullopt;
    const auto h = reader.digits(2);
    if (!h || *h > 14 || !reader.take(':')) return std::nullopt;
    const auto m = reader.digits(2);
    if (!m || *m > 59) return std::nullopt;
    return (east ? 1 : -1) * (*h * hourMicros + *m * minuteMicros);
}

}  // namespace

std::optional<DateRange> parseDateRange(std::string_view text) {
    using namespace std::chrono;
    Reader reader(text);
    const auto y = reader.digits(4);
    if (!y || *y == 0) return std::nullopt;
    const year_month_day newYear{year(*y), January, 1d};
    if (reader.atEnd()) return between(microsOf(newYear), microsOf(newYear + years(1)));

    if (!reader.take('-')) return std::nullopt;
    const auto m = reader.digits(2);
    if (!m || *m < 1 || *m > 12) return std::nullopt;
    const year_month_day first{year(*y), month(static_cast<unsigned>(*m)), 1d};
    if (reader.atEnd()) return between(microsOf(first), microsOf(first + months(1)));

    if (!reader.take('-')) return std::nullopt;
    const auto d = reader.digits(2);
    if (!d) return std::nullopt;
    const year_month_day date{first.year(), first.month(), std::chrono::day(static_cast<unsigned>(*d))};
    if (!date.ok()) return std::nullopt;
    std::int64_t at = microsOf(date);
    if (reader.atEnd()) return between(at, at + dayMicros);

    if (!reader.take('T')) return std::nullopt;
    const auto h = reader.digits(2);
    if (!h || *h > 24 || !reader.take(':')) return std::nullopt;
    const auto min = reader.digits(2);
    if (!min || *min > 59) return std::nullopt;
    at += *h * hourMicros + *min * minuteMicros;
    std::int64_t width = minuteMicros;
    if (reader.take(':')) {
        const auto s = reader.digits(2);
        if (!s || *s > 60) return std::nullopt;
        at += *s * secondMicros;
        width = secondMicros;
        if (reader.take('.') && !reader.fraction(at, width)) return std::nullopt;
    }
    const auto offset = zoneOffset(reader);
    if (!offset || !reader.atEnd()) return std::nullopt;
    return between(at - *offset, at - *offset + width);
}

std::optional<Decimal> parseDecimal(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || text.size() > 100) return std::nullopt;
    const auto exponentAt = text.find_first_of("eE");
    const auto mantissa = text.substr(0, exponentAt);
    if (mantissa.empty() || mantissa.find_first_not_of("+-.0123456789") != mantissa.npos) return std::nullopt;
    int exponent = 0;
    if (exponentAt != text.npos) {
        auto digits = text.substr(exponentAt + 1);
        if (digits.starts_with('+')) digits.remove_prefix(1);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
        if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool plusInExponent = exponentAt != text.npos && text.substr(exponentAt + 1).starts_with('+');
    if (error != std::errc() || (end != text.data() + text.size() && !plusInExponent)) return std::nullopt;
    const auto point = mantissa.find('.');
    const int decimals = point == mantissa.npos ? 0 : static_cast<int>(mantissa.size() - point - 1);
    const double half = 0.5 * std::pow(10.0, exponent - decimals);
    if (!std::isfinite(value) || !std::isfinite(half)) return std::nullopt;
    return Decimal{value, half};
}

}  // namespace polyclinic::fhir
