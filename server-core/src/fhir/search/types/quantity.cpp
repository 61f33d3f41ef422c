// http://hl7.org/fhir/R4/search.html#quantity

#include "fhir/search/query_values.h"
#include "fhir/search/text.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {

void readQuantity(const AskedValue& asked, std::vector<Operand>& into) {
    const auto parts = splitEscaped(asked.text, '|');
    if (parts.size() != 1 && parts.size() != 3)
        refuse(asked.parameter, "A quantity is written as number, number|system|code or number||code.");
    readNumber({asked.parameter, parts[0], asked.options}, into);
    Operand& operand = into.back();
    operand.anyCode = true;
    if (parts.size() == 1) return;
    const auto system = unescaped(parts[1]), code = unescaped(parts[2]);
    if (!system.empty()) operand.systems = {systemHash(system)};
    if (code.empty()) return;
    operand.anyCode = false;
    operand.code = exactHash(code);
}

}  // namespace polyclinic::fhir
