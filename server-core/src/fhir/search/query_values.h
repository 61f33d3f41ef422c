// From the text of one search value to an operand.

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

/// What `text`, one alternative, asks of the parameter. `modifier`: without colon; one that parseQuery has accepted.
/// Appends one operand, or several that together are one alternative (uri:above). Throws Failure(badRequest).
void readOperand(const Parameter& parameter, ParameterType kind, Match match, std::string_view modifier, std::string_view text,
                 const QueryOptions& options, std::vector<Operand>& into);

/// Failure(badRequest) with the sentence, prefixed by the parameter's name.
[[noreturn]] void refuse(const Parameter& parameter, std::string_view sentence);

/// Failure(badRequest, code "too-costly") whose place is that parameter; `sentence`: empty for more than mostOperands.
[[noreturn]] void tooCostly(std::string_view parameter, std::string_view sentence = {});

}  // namespace polyclinic::fhir
