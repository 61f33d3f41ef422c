#include <bit>
#include <cstring>

#include "db/oids.h"
#include "db/values.h"

namespace polyclinic::db {
namespace {

template <class Integer>
void putBig(char* bytes, Integer value) {
    auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
    for (std::size_t i = sizeof bits; i-- > 0; bits = static_cast<decltype(bits)>(bits >> (sizeof bits > 1 ? 8 : 0)))
        bytes[i] = static_cast<char>(bits & 0xff);
}

template <class Integer>
void appendBig(std::string& out, Integer value) {
    char bytes[sizeof value];
    putBig(bytes, value);
    out.append(bytes, sizeof bytes);
}

template <class Integer>
std::string big(Integer value) {
    std::string out;
    appendBig(out, value);
    return out;
}

void append(std::string& out, std::int32_t value) { appendBig(out, value); }
void append(std::string& out, std::int64_t value) { appendBig(out, value); }
void append(std::string& out, double value) { appendBig(out, std::bit_cast<std::int64_t>(value)); }
void append(std::string& out, bool value) { out += value ? '\1' : '\0'; }
void append(std::string& out, Timestamp value) { appendBig(out, value.micros - oid::epochOffset); }
void append(std::string& out, const std::string& value) { out += value; }

template <class Value>
std::string bytesOf(const Value& value) {
    std::string out;
    append(out, value);
    return out;
}

/// array_recv's format: dimensions, a flag for NULLs, element type, length and lower bound, then the elements.
template <class Range>
std::string arrayOf(std::uint32_t element, const Range& values) {
    std::string out;
    appendBig<std::int32_t>(out, values.size() == 0 ? 0 : 1);
    appendBig<std::int32_t>(out, 0);
    appendBig(out, element);
    if (values.size() == 0) return out;
    appendBig<std::int32_t>(out, static_cast<std::int32_t>(values.size()));
    appendBig<std::int32_t>(out, 1);
    for (const auto& value : values) {
        const std::size_t start = out.size();
        out.append(4, '\0');
        append(out, value);
        putBig(out.data() + start, static_cast<std::int32_t>(out.size() - start - 4));
    }
    return out;
}

}  // namespace

Params& Params::put(std::uint32_t oid, std::optional<std::string> bytes) {
    entries_.push_back({oid, std::move(bytes)});
    return *this;
}

Params& Params::int2(std::int16_t value) { return put(oid::int2, big(value)); }
Params& Params::int4(std::int32_t value) { return put(oid::int4, big(value)); }
Params& Params::int8(std::int64_t value) { return put(oid::int8, big(value)); }
Params& Params::float8(double value) { return put(oid::float8, bytesOf(value)); }
Params& Params::boolean(bool value) { return put(oid::boolean, bytesOf(value)); }
Params& Params::text(std::string_view value) { return put(oid::text, std::string(value)); }
Params& Params::optionalText(const std::optional<std::string>& value) { return put(oid::text, value); }
Params& Params::bytea(std::string_view value) { return put(oid::bytea, std::string(value)); }
Params& Params::optionalBytea(const std::optional<std::string>& value) { return put(oid::bytea, value); }
Params& Params::timestamp(Timestamp value) { return put(oid::timestamptz, bytesOf(value)); }
Params& Params::optionalTimestamp(std::optional<Timestamp> value) {
    return value ? timestamp(*value) : put(oid::timestamptz, std::nullopt);
}
Params& Params::int4Array(std::span<const std::int32_t> values) { return put(oid::int4Array, arrayOf(oid::int4, values)); }
Params& Params::int8Array(std::span<const std::int64_t> values) { return put(oid::int8Array, arrayOf(oid::int8, values)); }
Params& Params::float8Array(std::span<const double> values) { return put(oid::float8Array, arrayOf(oid::float8, values)); }
Params& Params::boolArray(const std::vector<bool>& values) { return put(oid::booleanArray, arrayOf(oid::boolean, values)); }
Params& Params::textArray(std::span<const std::string> values) { return put(oid::textArray, arrayOf(oid::text, values)); }
Params& Params::byteaArray(std::span<const std::string> values) { return put(oid::byteaArray, arrayOf(oid::bytea, values)); }
Params& Params::timestampArray(std::span<const Timestamp> values) { return put(oid::timestamptzArray, arrayOf(oid::timestamptz, values)); }

Params Params::withFirst(std::int32_t first) && {
    entries_.insert(entries_.begin(), Entry{oid::int4, big(first)});
    return std::move(*this);
}

}  // namespace polyclinic::db
