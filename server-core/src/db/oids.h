// Numbers of PostgreSQL's built-in types (pg_type.dat), as far as this program sends or reads them.

#pragma once

#include <cstdint>

namespace polyclinic::db::oid {

using Oid = std::uint32_t;

constexpr Oid boolean = 16, bytea = 17, name = 19, int8 = 20, int2 = 21, int4 = 23, text = 25, json = 114;
constexpr Oid float4 = 700, float8 = 701, unknown = 705, bpchar = 1042, varchar = 1043, timestamptz = 1184;
constexpr Oid booleanArray = 1000, byteaArray = 1001, nameArray = 1003, int4Array = 1007, textArray = 1009;
constexpr Oid varcharArray = 1015, int8Array = 1016, float8Array = 1022, timestamptzArray = 1185;

/// PostgreSQL counts its timestamps from 2000-01-01: microseconds between 1970 and then.
constexpr std::int64_t epochOffset = 946'684'800'000'000;

}  // namespace polyclinic::db::oid
