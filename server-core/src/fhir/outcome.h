// OperationOutcome of a Failure, and the one table from kinds of failure to HTTP status.

#pragma once

#include <string>
#include <string_view>

#include "base/failure.h"

namespace polyclinic::fhir {

int statusOf(FailureKind kind);
/// The issue type (http://hl7.org/fhir/issue-type) that a kind usually has.
std::string_view issueTypeOf(FailureKind kind);
/// Minified JSON; of `publicMessage` and the issues only.
std::string operationOutcome(const Failure& failure);

}  // namespace polyclinic::fhir
