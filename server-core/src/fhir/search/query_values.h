// What the readers of all types of values share.

#pragma once

#include <string_view>
#include <vector>

#include "fhir/search/query.h"

namespace polyclinic::fhir {

/// Splits at each `separator` that no backslash escapes; escapes stay. Throws Failure(badRequest) for an escape that
/// FHIR does not know. http://hl7.org/fhir/R4/search.html#escaping
std::vector<std::string_view> splitEscaped(std::string_view text, char separator);
/// Takes the backslashes of \, \| \$ and \\ away.
std::string unescaped(std::string_view text);

/// Takes a prefix like "ge" away from the front; eq where there is none. http://hl7.org/fhir/R4/search.html#prefix
Comparator takeComparator(const Parameter& parameter, std::string_view& text);

/// Failure(badRequest) with the sentence, prefixed by the parameter's name.
[[noreturn]] void refuse(const Parameter& parameter, std::string_view sentence);

/// Failure(badRequest, code "not-supported"): FHIR has it, this server does not.
[[noreturn]] void notOffered(std::string sentence);

/// Failure(badRequest, code "too-costly") whose place is that parameter; `sentence`: empty for more than mostOperands.
[[noreturn]] void tooCostly(std::string_view parameter, std::string_view sentence = {});

}  // namespace polyclinic::fhir
