// :missing, whatever the type: what a resource has values of stands in its own row.

#include "fhir/definitions/definitions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

bool isPresence(const fhir::Predicate& predicate) {
    return predicate.match == fhir::Match::missing || predicate.match == fhir::Match::present;
}

std::string presenceFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    return "(" + std::string(alias) + ".present & " + binder.int8(fhir::presenceBit(*predicate.parameter)) + ")" +
           (predicate.match == fhir::Match::missing ? " = 0" : " <> 0");
}

/// The few different values of `present` that the type has are picked out of the index one after the other, and those that
/// fit are looked for.
std::string presenceIsAmongAll(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const std::string name(alias), all = name + "_all", row = name + "_row";
    const auto type = binder.int4(fhir::typeCode(predicate.parameter->type));
    const auto least = [&](const std::string& condition) {
        return "(SELECT " + row + ".present FROM resource " + row + " WHERE " + row + ".tenant_id = $1 AND " + row + ".type = " + type +
               " AND NOT " + row + ".deleted" + condition + " ORDER BY " + row + ".present LIMIT 1)";
    };
    return name + ".type = " + type + " AND NOT " + name + ".deleted AND " + name + ".present = ANY(ARRAY(WITH RECURSIVE " + all +
           "(present) AS (" + least("") + " UNION ALL SELECT " + least(" AND " + row + ".present > " + all + ".present") + " FROM " + all +
           " WHERE " + all + ".present IS NOT NULL) SELECT " + all + ".present FROM " + all + " WHERE " +
           presenceFits(predicate, all, binder) + "))";
}

}  // namespace polyclinic::records::sql
