// Date parameters, and _lastUpdated in the resource's own row.

#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

using fhir::Comparator;

/// The least bounds that hold for every match come first, so that an index has a range to walk.
std::string dateOperand(const fhir::Operand& operand, const std::string& low, const std::string& high,
                        const std::function<std::string(Timestamp)>& bind) {
    const auto a = bind(operand.low), b = bind(operand.high);
    const auto inside = low + " >= " + a + " AND " + low + " <= " + b + " AND " + high + " <= " + b;
    switch (operand.comparator) {
        case Comparator::eq:
            return inside;
        case Comparator::ne:
            return either(low + " < " + a, high + " > " + b);
        case Comparator::gt:
            return high + " > " + b;
        case Comparator::lt:
            return low + " < " + a;
        case Comparator::ge:
            return high + " >= " + a + " AND " + either(low + " >= " + a, high + " > " + b);
        case Comparator::le:
            return low + " <= " + b + " AND " + either(high + " <= " + b, low + " < " + a);
        case Comparator::sa:
            return low + " > " + b;
        case Comparator::eb:
            return low + " < " + a + " AND " + high + " < " + a;
        case Comparator::ap:
            return low + " <= " + b + " AND " + high + " >= " + a;
    }
    return "false";
}

std::string dateFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const Columns column(alias);
    const auto bind = [&](Timestamp time) { return binder.time(time); };
    return anyOf(predicate, [&](const fhir::Operand& operand) { return dateOperand(operand, column("low"), column("high"), bind); });
}

std::string updatedFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const auto updated = Columns(alias)("updated");
    const auto bind = [&](Timestamp time) { return binder.time(time); };
    return "(" + anyOf(predicate, [&](const fhir::Operand& operand) { return dateOperand(operand, updated, updated, bind); }) + ")";
}

}  // namespace polyclinic::records::sql
