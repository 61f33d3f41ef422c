#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

using fhir::Comparator;

std::string numberOperand(const fhir::Operand& operand, const Columns& column, Binder& binder) {
    const auto low = column("low"), high = column("high");
    if (operand.comparator == Comparator::eq || operand.comparator == Comparator::ne) {
        const auto lowest = binder.float8(operand.lowest), end = binder.float8(operand.end);
        if (operand.comparator == Comparator::ne) return either(low + " < " + lowest, high + " >= " + end);
        return low + " >= " + lowest + " AND " + low + " < " + end + " AND " + high + " < " + end;
    }
    if (operand.comparator == Comparator::ap) {
        const auto end = binder.float8(operand.end), lowest = binder.float8(operand.lowest);
        return low + " <= " + end + " AND " + high + " >= " + lowest;
    }
    const auto value = binder.float8(operand.number);
    switch (operand.comparator) {
        case Comparator::gt:
            return high + " > " + value;
        case Comparator::lt:
            return low + " < " + value;
        case Comparator::ge:
            return high + " >= " + value;
        case Comparator::le:
            return low + " <= " + value;
        case Comparator::sa:
            return low + " > " + value;
        default:
            return low + " < " + value + " AND " + high + " < " + value;  // eb
    }
}

std::string numberFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const Columns column(alias);
    return anyOf(predicate, [&](const fhir::Operand& operand) { return numberOperand(operand, column, binder); });
}

}  // namespace polyclinic::records::sql
