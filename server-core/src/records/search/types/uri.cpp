#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

std::string uriFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    return anyText(Columns(alias)("value"), predicate, binder);
}

std::string uriBelowFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const auto value = Columns(alias)("value");
    return anyOf(predicate, [&](const fhir::Operand& operand) { return prefix(value, operand.text, binder); });
}

}  // namespace polyclinic::records::sql
