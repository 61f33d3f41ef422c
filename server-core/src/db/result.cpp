#include "db/result.h"

#include <bit>
#include <charconv>
#include <initializer_list>
#include <stdexcept>

#include "db/oids.h"

namespace polyclinic::db {
namespace {

template <class Integer>
Integer readBig(const char* bytes) {
    std::make_unsigned_t<Integer> bits = 0;
    for (std::size_t i = 0; i < sizeof bits; ++i)
        bits = static_cast<decltype(bits)>((std::uint64_t(bits) << 8) | static_cast<unsigned char>(bytes[i]));
    return static_cast<Integer>(bits);
}

std::string_view valueAt(PGresult* result, std::size_t row, std::size_t column, std::initializer_list<oid::Oid> types) {
    const int r = static_cast<int>(row), c = static_cast<int>(column);
    if (!result || r >= PQntuples(result) || c >= PQnfields(result)) throw std::logic_error("no such row or column");
    const auto type = PQftype(result, c);
    bool fits = false;
    for (const auto allowed : types) fits = fits || type == allowed;
    if (!fits) throw std::logic_error("column " + std::to_string(c) + " has type " + std::to_string(type));
    if (PQgetisnull(result, r, c)) throw std::logic_error("column " + std::to_string(c) + " is NULL");
    return {PQgetvalue(result, r, c), static_cast<std::size_t>(PQgetlength(result, r, c))};
}

constexpr auto textTypes = {oid::text, oid::varchar, oid::bytea, oid::name, oid::json, oid::unknown, oid::bpchar};

}  // namespace

Result::Result() = default;
Result::~Result() = default;
Result::Result(Result&&) noexcept = default;
Result& Result::operator=(Result&&) noexcept = default;

std::size_t Result::rows() const { return impl_ ? static_cast<std::size_t>(PQntuples(impl_->result.get())) : 0; }

std::size_t Result::affected() const {
    if (!impl_) return 0;
    const std::string_view text = PQcmdTuples(impl_->result.get());
    std::size_t count = 0;
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

bool Result::isNull(std::size_t row, std::size_t column) const {
    if (row >= rows() || static_cast<int>(column) >= PQnfields(impl_->result.get())) throw std::logic_error("no such row or column");
    return PQgetisnull(impl_->result.get(), static_cast<int>(row), static_cast<int>(column)) != 0;
}

std::int32_t Result::int4(std::size_t row, std::size_t column) const {
    const auto bytes = valueAt(impl_ ? impl_->result.get() : nullptr, row, column, {oid::int4, oid::int2});
    return bytes.size() == 2 ? readBig<std::int16_t>(bytes.data()) : readBig<std::int32_t>(bytes.data());
}

std::int64_t Result::int8(std::size_t row, std::size_t column) const {
    const auto bytes = valueAt(impl_ ? impl_->result.get() : nullptr, row, column, {oid::int8, oid::int4, oid::int2});
    if (bytes.size() == 8) return readBig<std::int64_t>(bytes.data());
    return int4(row, column);
}

double Result::float8(std::size_t row, std::size_t column) const {
    const auto bytes = valueAt(impl_ ? impl_->result.get() : nullptr, row, column, {oid::float8, oid::float4});
    if (bytes.size() == 4) return std::bit_cast<float>(readBig<std::int32_t>(bytes.data()));
    return std::bit_cast<double>(readBig<std::int64_t>(bytes.data()));
}

bool Result::boolean(std::size_t row, std::size_t column) const {
    return valueAt(impl_ ? impl_->result.get() : nullptr, row, column, {oid::boolean})[0] != 0;
}

std::string_view Result::text(std::size_t row, std::size_t column) const {
    return valueAt(impl_ ? impl_->result.get() : nullptr, row, column, textTypes);
}

std::optional<std::string> Result::optionalText(std::size_t row, std::size_t column) const {
    if (isNull(row, column)) return std::nullopt;
    return std::string(text(row, column));
}

Timestamp Result::timestamp(std::size_t row, std::size_t column) const {
    const auto bytes = valueAt(impl_ ? impl_->result.get() : nullptr, row, column, {oid::timestamptz});
    return {readBig<std::int64_t>(bytes.data()) + oid::epochOffset};
}

std::optional<Timestamp> Result::optionalTimestamp(std::size_t row, std::size_t column) const {
    if (isNull(row, column)) return std::nullopt;
    return timestamp(row, column);
}

std::vector<std::string> Result::textArray(std::size_t row, std::size_t column) const {
    auto bytes =
        valueAt(impl_ ? impl_->result.get() : nullptr, row, column, {oid::textArray, oid::varcharArray, oid::nameArray, oid::byteaArray});
    const auto next = [&bytes] {
        if (bytes.size() < 4) throw std::logic_error("an array ends too early");
        const auto value = readBig<std::int32_t>(bytes.data());
        bytes.remove_prefix(4);
        return value;
    };
    const auto dimensions = next();
    next();  // whether there are NULLs
    next();  // element type
    if (dimensions == 0) return {};
    if (dimensions != 1) throw std::logic_error("an array of more than one dimension");
    const auto count = next();
    next();  // lower bound
    std::vector<std::string> values;
    for (std::int32_t i = 0; i < count; ++i) {
        const auto length = next();
        if (length < 0) throw std::logic_error("an array holds NULL");
        values.emplace_back(bytes.substr(0, static_cast<std::size_t>(length)));
        bytes.remove_prefix(static_cast<std::size_t>(length));
    }
    return values;
}

}  // namespace polyclinic::db
