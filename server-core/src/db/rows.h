// Rows as values: what most look-ups of this folder end with.

#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "db/result.h"

namespace polyclinic::db {

/// `make(rows, 0)`; nothing where there is no row.
template <class Make>
auto firstOf(const db::Result& rows, Make make) -> std::optional<decltype(make(rows, std::size_t(0)))> {
    if (rows.empty()) return std::nullopt;
    return make(rows, std::size_t(0));
}

/// `make(rows, i)` of every row, of the first `most` at most.
template <class Make>
auto allOf(const db::Result& rows, Make make, std::size_t most = std::size_t(-1)) -> std::vector<decltype(make(rows, std::size_t(0)))> {
    std::vector<decltype(make(rows, std::size_t(0)))> all;
    all.reserve(std::min(rows.rows(), most));
    for (std::size_t row = 0; row < rows.rows() && row < most; ++row) all.push_back(make(rows, row));
    return all;
}

}  // namespace polyclinic::db
