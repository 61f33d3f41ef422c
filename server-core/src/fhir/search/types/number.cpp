// http://hl7.org/fhir/R4/search.html#number

#include <cmath>

#include "fhir/search/query_values.h"
#include "fhir/search/ranges.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {

void readNumber(const AskedValue& asked, std::vector<Operand>& into) {
    Operand operand;
    auto text = asked.text;
    operand.comparator = takeComparator(asked.parameter, text);
    const auto decimal = parseDecimal(text);
    if (!decimal) refuse(asked.parameter, "The number is malformed or too large.");
    const double half = operand.comparator == Comparator::ap ? std::abs(decimal->value) / 10 : decimal->half;
    operand.number = decimal->value;
    operand.lowest = decimal->value - half;
    operand.end = decimal->value + half;
    into.push_back(std::move(operand));
}

}  // namespace polyclinic::fhir
