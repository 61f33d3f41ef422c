#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

/// A number, and its unit as a token.
std::string quantityOperand(const fhir::Operand& operand, const Columns& column, Binder& binder) {
    return all({numberOperand(operand, column, binder), tokenOperand(operand, column, binder)});
}

std::string quantityFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const Columns column(alias);
    return anyOf(predicate, [&](const fhir::Operand& operand) { return quantityOperand(operand, column, binder); });
}

}  // namespace polyclinic::records::sql
