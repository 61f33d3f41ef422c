// _id. http://hl7.org/fhir/R4/search.html#id

#include "fhir/search/query_values.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {

void readId(const AskedValue& asked, std::vector<Operand>& into) { into.push_back({.text = unescaped(asked.text)}); }

}  // namespace polyclinic::fhir
