// The types of search parameters: what their modifiers mean, and how their values are read. A file a type; the table that
// joins them is in types.cpp. http://hl7.org/fhir/R4/search.html#ptypes

#pragma once

#include <string_view>
#include <vector>

#include "fhir/search/query.h"

namespace polyclinic::fhir {

/// One of the values that commas separate.
struct AskedValue {
    const Parameter& parameter;
    std::string_view text;  // its escapes stand in it
    const QueryOptions& options;
    std::string_view targetType = {};  // of a reference, from the modifier; else empty
};

/// Appends one operand, or several that together are one alternative (uri:above). Throws Failure(badRequest).
using OperandReader = void (*)(const AskedValue&, std::vector<Operand>& into);

/// What a type and a modifier come to.
struct TypeRow {
    ParameterType type;
    std::string_view modifier;  // without colon; empty: none was sent
    Match match;
    OperandReader read;
    bool negated = false;           // true for a resource none of whose values fit
    std::string_view derived = {};  // the index rows are those of the parameter's code with this behind it

    std::int32_t paramOf(const Parameter& parameter) const;
};

/// The row of a type without modifier.
const TypeRow& plainRow(ParameterType type);
/// The row of a parameter without modifier; those that `resource` itself holds have rows of their own.
const TypeRow& plainRow(const Parameter& parameter);
/// Throws Failure(badRequest) for a modifier that FHIR does not know, and with the code "not-supported" for one that is not
/// offered here. http://hl7.org/fhir/R4/search.html#modifiers
const TypeRow& rowOf(const Parameter& parameter, std::string_view modifier);

void readToken(const AskedValue& asked, std::vector<Operand>& into);
void readString(const AskedValue& asked, std::vector<Operand>& into);
void readExactString(const AskedValue& asked, std::vector<Operand>& into);
void readReference(const AskedValue& asked, std::vector<Operand>& into);
void readDate(const AskedValue& asked, std::vector<Operand>& into);
void readNumber(const AskedValue& asked, std::vector<Operand>& into);
void readQuantity(const AskedValue& asked, std::vector<Operand>& into);
void readUri(const AskedValue& asked, std::vector<Operand>& into);
void readUriAbove(const AskedValue& asked, std::vector<Operand>& into);
void readComposite(const AskedValue& asked, std::vector<Operand>& into);
void readId(const AskedValue& asked, std::vector<Operand>& into);

}  // namespace polyclinic::fhir
