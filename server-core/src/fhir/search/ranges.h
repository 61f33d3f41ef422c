// Dates and numbers as the ranges that their written precision stands for.
// http://hl7.org/fhir/R4/search.html#date and #number

#pragma once

#include <optional>
#include <string_view>

#include "fhir/search/rows.h"

namespace polyclinic::fhir {

struct DateRange {
    Timestamp low;   // first instant
    Timestamp high;  // last instant, inclusive
};

/// Of date, dateTime and instant; a missing time zone is UTC. Nothing for text that is none, 2020-02-30 included.
std::optional<DateRange> parseDateRange(std::string_view text);

struct Decimal {
    double value;
    double half;  // half a unit of the last digit written: 5.4 stands for 5.35 to 5.45, 1e3 for 500 to 1500
};

/// A JSON number (a leading + too). Nothing for other text and for what a double cannot hold.
std::optional<Decimal> parseDecimal(std::string_view text);

}  // namespace polyclinic::fhir
