#include "records/filter_sql.h"

#include <set>
#include <vector>

#include "base/encoding.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::records::sql {

db::TenantStatement lockStatement(const access::AccessScope& scope, std::span<const std::pair<std::string, std::string>> wanted) {
    static constexpr db::TenantSql any(
        "SELECT r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.content FROM resource r "
        "JOIN unnest($2::int[], $3::text[]) AS w(type, id) ON r.type = w.type AND r.id = w.id "
        "WHERE r.tenant_id = $1 ORDER BY r.type, r.id FOR UPDATE OF r");
    static constexpr db::TenantSql own(
        "SELECT r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.content FROM resource r "
        "JOIN unnest($2::int[], $3::text[], $8::bigint[]) AS w(type, id, decided) ON r.type = w.type AND r.id = w.id "
        "WHERE r.tenant_id = $1 AND ((r.type = $4 AND r.id = $5) OR EXISTS (SELECT 1 FROM index_reference x "
        "WHERE x.tenant_id = $1 AND x.param = ANY($6) AND x.target = $7 AND x.rid = r.rid AND x.type = $4 "
        "AND ((r.present & w.decided) = 0 OR x.param = ANY($9)) OFFSET 0)) "
        "ORDER BY r.type, r.id FOR UPDATE OF r");
    std::vector<std::int32_t> types;
    std::vector<std::string> ids;
    std::set<std::int32_t> parameters, deciding;
    std::vector<std::int64_t> decided;
    for (const auto& [type, id] : wanted) {
        types.push_back(fhir::typeCode(type));
        ids.push_back(id);
        const auto rule = fhir::patientRule(type);
        parameters.insert(rule.any.begin(), rule.any.end());
        deciding.insert(rule.deciding.begin(), rule.deciding.end());
        decided.push_back(rule.decided);
    }
    db::Params params;
    params.int4Array(types).textArray(ids);
    if (!scope.compartment) return {any, std::move(params)};
    const auto& patient = scope.compartment->patient;
    params.int4(fhir::typeCode("Patient")).text(patient);
    params.int4Array(std::vector<std::int32_t>(parameters.begin(), parameters.end())).int8(indexHash(patient));
    params.int8Array(decided).int4Array(std::vector<std::int32_t>(deciding.begin(), deciding.end()));
    return {own, std::move(params)};
}

}  // namespace polyclinic::records::sql
