// http://hl7.org/fhir/R4/search.html#string

#include "fhir/search/query_values.h"
#include "fhir/search/text.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {

void readExactString(const AskedValue& asked, std::vector<Operand>& into) {
    Operand operand;
    const auto plain = unescaped(asked.text);
    operand.text = std::string(cutText(foldText(plain), longestIndexedString));
    operand.code = exactHash(plain);
    into.push_back(std::move(operand));
}

void readString(const AskedValue& asked, std::vector<Operand>& into) {
    readExactString(asked, into);
    if (into.back().text.empty()) refuse(asked.parameter, "The value is empty.");  // nothing but accents
}

}  // namespace polyclinic::fhir
