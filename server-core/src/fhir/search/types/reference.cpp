// http://hl7.org/fhir/R4/search.html#reference

#include "base/encoding.h"
#include "fhir/definitions/definitions.h"
#include "fhir/resource.h"
#include "fhir/search/query_values.h"
#include "fhir/search/reference_target.h"
#include "fhir/search/types/types.h"

namespace polyclinic::fhir {

void readReference(const AskedValue& asked, std::vector<Operand>& into) {
    const auto plain = unescaped(asked.text);
    const auto type = asked.targetType;
    Operand operand;
    if (isId(plain)) {
        operand.code = indexHash(plain);
        if (!type.empty()) operand.type = typeCode(type);
        return into.push_back(std::move(operand));
    }
    const auto target = parseReference(plain, asked.options.ownBase, true);
    if (!target) refuse(asked.parameter, "A reference is written as id, Type/id or an absolute address.");
    if (!type.empty() && target->type != typeCode(type)) refuse(asked.parameter, "Modifier and value name two types.");
    operand.code = target->target;
    operand.type = target->type;
    operand.version = target->version;
    into.push_back(std::move(operand));
}

}  // namespace polyclinic::fhir
