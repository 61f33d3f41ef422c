// _id, in the resource's own row.

#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

std::string idFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    std::vector<std::string> ids;
    for (const auto& operand : predicate.anyOf) ids.push_back(operand.text);
    return Columns(alias)("id") + " = ANY(" + binder.texts(ids) + ")";
}

}  // namespace polyclinic::records::sql
