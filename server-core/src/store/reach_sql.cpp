#include "store/reach_sql.h"

#include <set>
#include <vector>

#include "base/encoding.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::store::sql {
namespace {

/// The four parameters that say whose records: type and id of the Patient, reference parameters, hash of the id.
void addPatient(const Compartment& compartment, const std::set<std::int32_t>& parameters, db::Params& params) {
    params.int4(fhir::typeCode("Patient")).text(compartment.patient);
    params.int4Array(std::vector<std::int32_t>(parameters.begin(), parameters.end())).int8(indexHash(compartment.patient));
}

void addParameters(std::string_view type, std::set<std::int32_t>& parameters) {
    for (const auto parameter : fhir::patientParameters(type)) parameters.insert(parameter);
}

}  // namespace

db::TenantStatement readStatement(const AccessScope& scope, std::string_view type, std::string_view id) {
    static constexpr db::TenantSql any(
        "SELECT version, updated, deleted, content FROM resource WHERE tenant_id = $1 AND type = $2 AND id = $3");
    static constexpr db::TenantSql own(
        "SELECT r.version, r.updated, r.deleted, CASE WHEN r.deleted THEN (SELECT h.content FROM resource_history h "
        "WHERE h.tenant_id = $1 AND h.type = $2 AND h.id = $3 AND h.version = r.version - 1) ELSE r.content END "
        "FROM resource r WHERE r.tenant_id = $1 AND r.type = $2 AND r.id = $3 AND (r.deleted "
        "OR (r.type = $4 AND r.id = $5) OR EXISTS (SELECT 1 FROM index_reference x WHERE x.tenant_id = $1 "
        "AND x.param = ANY($6) AND x.target = $7 AND x.rid = r.rid AND x.type = $4 OFFSET 0))");
    db::Params params;
    params.int4(fhir::typeCode(type)).text(id);
    if (!scope.compartment || isShared(type)) return {any, std::move(params)};
    std::set<std::int32_t> parameters;
    addParameters(type, parameters);
    addPatient(*scope.compartment, parameters, params);
    return {own, std::move(params)};
}

db::TenantStatement lockStatement(const AccessScope& scope, std::span<const std::pair<std::string, std::string>> wanted) {
    static constexpr db::TenantSql any(
        "SELECT r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.content FROM resource r "
        "JOIN unnest($2::int[], $3::text[]) AS w(type, id) ON r.type = w.type AND r.id = w.id "
        "WHERE r.tenant_id = $1 ORDER BY r.type, r.id FOR UPDATE OF r");
    static constexpr db::TenantSql own(
        "SELECT r.type, r.id, r.rid, r.version, r.updated, r.deleted, r.content FROM resource r "
        "JOIN unnest($2::int[], $3::text[]) AS w(type, id) ON r.type = w.type AND r.id = w.id "
        "WHERE r.tenant_id = $1 AND ((r.type = $4 AND r.id = $5) OR EXISTS (SELECT 1 FROM index_reference x "
        "WHERE x.tenant_id = $1 AND x.param = ANY($6) AND x.target = $7 AND x.rid = r.rid AND x.type = $4 OFFSET 0)) "
        "ORDER BY r.type, r.id FOR UPDATE OF r");
    std::vector<std::int32_t> types;
    std::vector<std::string> ids;
    std::set<std::int32_t> parameters;
    for (const auto& [type, id] : wanted) {
        types.push_back(fhir::typeCode(type));
        ids.push_back(id);
        addParameters(type, parameters);
    }
    db::Params params;
    params.int4Array(types).textArray(ids);
    if (!scope.compartment) return {any, std::move(params)};
    addPatient(*scope.compartment, parameters, params);
    return {own, std::move(params)};
}

}  // namespace polyclinic::store::sql
