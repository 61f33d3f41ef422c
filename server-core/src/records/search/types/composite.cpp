// Two components side by side in one row (fhir::CompositeRow).

#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {
namespace {

std::string partFits(fhir::ParameterType type, const fhir::Operand& part, const Columns& column, Binder& binder) {
    switch (type) {
        case fhir::ParameterType::token:
            return tokenOperand(part, column, binder);
        case fhir::ParameterType::quantity:
            return quantityOperand(part, column, binder);
        case fhir::ParameterType::number:
            return numberOperand(part, column, binder);
        case fhir::ParameterType::date: {
            const auto bind = [&](Timestamp time) { return binder.float8(static_cast<double>(time.micros)); };
            return dateOperand(part, column("low"), column("high"), bind);
        }
        case fhir::ParameterType::reference:
            return all(
                {column("code") + " = " + binder.int8(part.code), part.type ? column("system") + " = " + binder.int8(*part.type) : ""});
        default:
            return column("code") + " = " + binder.int8(part.code);
    }
}

}  // namespace

std::string compositeFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const auto& components = predicate.parameter->components;
    return anyOf(predicate, [&](const fhir::Operand& operand) {
        std::string text;
        for (std::size_t i = 0; i < operand.parts.size(); ++i)
            text += (i == 0 ? "" : " AND ") + partFits(components[i].type, operand.parts[i], Columns(alias, std::to_string(i + 1)), binder);
        return text;
    });
}

}  // namespace polyclinic::records::sql
