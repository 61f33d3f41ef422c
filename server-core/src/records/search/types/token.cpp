#include <map>

#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

std::string tokenOperand(const fhir::Operand& operand, const Columns& column, Binder& binder) {
    return all({operand.anyCode ? "" : column("code") + " = " + binder.int8(operand.code),
                operand.systems.empty() ? "" : oneOf(column("system"), operand.systems, binder)});
}

/// Codes of the same systems are one condition, which an index can answer and which is planned once, however many they are.
std::string tokenFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const Columns column(alias);
    std::vector<std::int64_t> codes;
    std::map<std::vector<std::int64_t>, std::vector<std::int64_t>> ofSystems;
    std::string text;
    for (const auto& operand : predicate.anyOf) {
        if (operand.anyCode)
            text += (text.empty() ? "(" : " OR (") + tokenOperand(operand, column, binder) + ")";
        else
            (operand.systems.empty() ? codes : ofSystems[operand.systems]).push_back(operand.code);
    }
    for (const auto& [systems, those] : ofSystems)
        text += (text.empty() ? "(" : " OR (") + oneOf(column("code"), those, binder) + " AND " + oneOf(column("system"), systems, binder) +
                ")";
    if (!codes.empty()) text += (text.empty() ? "" : " OR ") + oneOf(column("code"), codes, binder);
    return text;
}

}  // namespace polyclinic::records::sql
