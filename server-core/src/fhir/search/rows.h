// What the search index holds of one resource: plain rows, one kind a table. Produced by extract.h, written by
// store/, asked for by query.h. Part of the stored format.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace polyclinic::fhir {

/// Bounds of open ranges.
inline constexpr Timestamp beginningOfTime{-62135596800'000'000};  // 0001-01-01
inline constexpr Timestamp endOfTime{253402300799'999'999};        // 9999-12-31T23:59:59.999999

// `param` everywhere: parameterId(type, code) of parameters.h, a stable 32-bit hash of e.g. "Patient.name".
// Hashes are indexHash() of base/encoding.h; 0 stands for "none".

struct TokenRow {
    std::int32_t param;
    std::int64_t code;    // tokenHash of the code, value or boolean text; 0: something without a code
    std::int64_t system;  // hash of the system; 0: none
    friend auto operator<=>(const TokenRow&, const TokenRow&) = default;
};

struct StringRow {
    std::int32_t param;
    std::string value;   // folded: no case, no accents; cut at 1,000 bytes on a character
    std::int64_t exact;  // hash of the text as it was sent
    friend auto operator<=>(const StringRow&, const StringRow&) = default;
};

struct DateRow {
    std::int32_t param;
    Timestamp low;   // first instant
    Timestamp high;  // last instant, inclusive
    friend auto operator<=>(const DateRow&, const DateRow&) = default;
};

struct ReferenceRow {
    std::int32_t param;
    std::int64_t target;   // relative "Type/id": hash of the id; else hash of the whole URI (canonicals too, without version); 0: something
                           // that cannot be looked for
    std::int32_t type;     // typeCode of the target; 0 when it is no reference of ours
    std::int64_t version;  // canonical: hash of the part after '|'; else 0
    friend auto operator<=>(const ReferenceRow&, const ReferenceRow&) = default;
};

struct NumberRow {
    std::int32_t param;
    double low, high;  // equal, but for ranges: precision widens what is asked, not what is kept
    friend auto operator<=>(const NumberRow&, const NumberRow&) = default;
};

struct QuantityRow {
    std::int32_t param;
    double low, high;
    std::int64_t code;  // hash of code, else of unit
    std::int64_t system;
    friend auto operator<=>(const QuantityRow&, const QuantityRow&) = default;
};

struct UriRow {
    std::int32_t param;
    std::string value;  // cut at 2,000 bytes
    friend auto operator<=>(const UriRow&, const UriRow&) = default;
};

/// Two components side by side. A component fills what fits its type: token code+system; quantity and number
/// low+high (and code+system); date low+high in microseconds; string and reference a hash in code.
struct CompositeRow {
    std::int32_t param;
    std::int64_t code1, system1;
    double low1, high1;
    std::int64_t code2, system2;
    double low2, high2;
    friend auto operator<=>(const CompositeRow&, const CompositeRow&) = default;
};

/// Sorted, without repetition.
struct IndexRows {
    std::vector<TokenRow> tokens;
    std::vector<StringRow> strings;
    std::vector<DateRow> dates;
    std::vector<ReferenceRow> references;
    std::vector<NumberRow> numbers;
    std::vector<QuantityRow> quantities;
    std::vector<UriRow> uris;
    std::vector<CompositeRow> composites;
    std::int64_t present = 0;  // presenceBit() of every parameter that has rows

    std::size_t most = SIZE_MAX;  // of each kind. One more says that there are too many; what comes after it takes no room
    template <class Row>
    void add(std::vector<Row>& kind, std::type_identity_t<Row> row) const {
        if (kind.size() <= most) kind.push_back(std::move(row));
    }
};

}  // namespace polyclinic::fhir
