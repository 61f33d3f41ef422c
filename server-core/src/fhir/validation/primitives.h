// Lexical rules of FHIR's primitive types: http://hl7.org/fhir/R4/datatypes.html#primitive

#pragma once

#include <string_view>

#include "base/json.h"
#include "fhir/definitions/tables.h"

namespace polyclinic::fhir {

enum class PrimitiveFault { none, kind, empty, tooLong, form };

/// `kind`: the wrong kind of JSON value; `form`: not a value of the type. xhtml is only asked to be a string
/// here.
PrimitiveFault checkPrimitive(Primitive type, const json::Value& value);

/// YYYY, YYYY-MM or YYYY-MM-DD, of the real calendar.
bool isDate(std::string_view text);
/// A date, or a date with time (to the second at least) and zone.
bool isDateTime(std::string_view text);
/// Date, time to the second at least, zone.
bool isInstant(std::string_view text);
/// hh:mm:ss with a fraction at will.
bool isTime(std::string_view text);
bool isCode(std::string_view text);

}  // namespace polyclinic::fhir
