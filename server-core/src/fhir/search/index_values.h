// From one value of a FHIR data type to index rows. http://hl7.org/fhir/R4/search.html#table

#pragma once

#include <cstdint>
#include <string_view>

#include "base/json.h"
#include "fhir/search/parameters.h"
#include "fhir/search/rows.h"

namespace polyclinic::fhir {

// Each appends the rows that `value`, of the data type `type`, stands for under the parameter `param`.

/// `system`: what the binding of a `code` implies.
void indexToken(const json::Value& value, DataType type, std::string_view system, std::int32_t param, IndexRows& rows);
void indexString(const json::Value& value, DataType type, std::int32_t param, IndexRows& rows);
void indexDate(const json::Value& value, DataType type, std::int32_t param, IndexRows& rows);
void indexNumber(const json::Value& value, DataType type, std::int32_t param, IndexRows& rows);
void indexQuantity(const json::Value& value, DataType type, std::int32_t param, IndexRows& rows);
void indexUri(const json::Value& value, std::int32_t param, IndexRows& rows);

/// The code of token rows that stand for something without a code.
inline constexpr std::int64_t presentWithoutCode = 0;

}  // namespace polyclinic::fhir
