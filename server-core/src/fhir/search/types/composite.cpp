// http://hl7.org/fhir/R4/search.html#composite

#include "fhir/search/query_values.h"
#include "fhir/search/text.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {

void readComposite(const AskedValue& asked, std::vector<Operand>& into) {
    const auto& components = asked.parameter.components;
    const auto parts = splitEscaped(asked.text, '$');
    if (parts.size() != components.size()) refuse(asked.parameter, "The value needs two parts with a $ between them.");
    Operand operand;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].empty()) refuse(asked.parameter, "The value is empty.");
        const AskedValue part{asked.parameter, parts[i], asked.options};
        if (components[i].type == ParameterType::string) {  // its row keeps a hash of the folded text
            readExactString(part, operand.parts);
            operand.parts.back().code = exactHash(operand.parts.back().text);
        } else {
            plainRow(components[i].type).read(part, operand.parts);
        }
    }
    into.push_back(std::move(operand));
}

}  // namespace polyclinic::fhir
