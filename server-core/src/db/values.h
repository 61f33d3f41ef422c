// What goes to PostgreSQL and what comes back: binary parameters and results, no libpq in sight.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace polyclinic::db {

/// Parameters $1, $2, ... in order, in PostgreSQL's binary format with their type oids.
class Params {
  public:
    Params& int2(std::int16_t value);
    Params& int4(std::int32_t value);
    Params& int8(std::int64_t value);
    Params& float8(double value);
    Params& boolean(bool value);
    Params& text(std::string_view value);
    Params& optionalText(const std::optional<std::string>& value);
    Params& bytea(std::string_view value);
    Params& optionalBytea(const std::optional<std::string>& value);
    Params& timestamp(Timestamp value);
    Params& optionalTimestamp(std::optional<Timestamp> value);
    Params& int4Array(std::span<const std::int32_t> values);
    Params& int8Array(std::span<const std::int64_t> values);
    Params& float8Array(std::span<const double> values);
    Params& boolArray(const std::vector<bool>& values);
    Params& textArray(std::span<const std::string> values);
    Params& byteaArray(std::span<const std::string> values);
    Params& timestampArray(std::span<const Timestamp> values);

    std::size_t size() const { return entries_.size(); }

    struct Entry {
        std::uint32_t oid;
        std::optional<std::string> bytes;  // nothing: NULL
    };
    const std::vector<Entry>& entries() const { return entries_; }
    /// A copy with `first` in front as an int4: how a session binds the tenant's number as $1.
    Params withFirst(std::int32_t first) &&;

  private:
    Params& put(std::uint32_t oid, std::optional<std::string> bytes);
    std::vector<Entry> entries_;
};

/// Rows of one statement, in binary format. Columns are numbered from 0. Reading a NULL or a wrong type with a
/// typed accessor is a programming error and throws std::logic_error.
class Result {
  public:
    Result();
    ~Result();
    Result(Result&&) noexcept;
    Result& operator=(Result&&) noexcept;

    std::size_t rows() const;
    bool empty() const { return rows() == 0; }
    /// Rows inserted, updated or deleted by a statement that returns none.
    std::size_t affected() const;

    bool isNull(std::size_t row, std::size_t column) const;
    std::int32_t int4(std::size_t row, std::size_t column) const;  // int2 too
    std::int64_t int8(std::size_t row, std::size_t column) const;
    double float8(std::size_t row, std::size_t column) const;
    bool boolean(std::size_t row, std::size_t column) const;
    /// text, varchar, name, json, bytea (raw bytes). Valid as long as this Result.
    std::string_view text(std::size_t row, std::size_t column) const;
    std::optional<std::string> optionalText(std::size_t row, std::size_t column) const;
    Timestamp timestamp(std::size_t row, std::size_t column) const;
    std::optional<Timestamp> optionalTimestamp(std::size_t row, std::size_t column) const;
    std::vector<std::string> textArray(std::size_t row, std::size_t column) const;

  private:
    friend class Connection;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace polyclinic::db
