#include "records/patient_resource_types.h"

#include <map>
#include <set>

#include "base/encoding.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"
#include "tenancy/rows_of.h"

namespace polyclinic::records {
namespace {

struct Known {
    std::string_view type;
    std::int64_t decided = 0;  // fhir::PatientRule; 0: of a parameter that counts whatever else the record says
};

/// Each parameter is of one type only.
const std::map<std::int32_t, Known>& knownParameters() {
    static const auto known = [] {
        std::map<std::int32_t, Known> parameters;
        for (const auto type : fhir::Definitions::r4().resourceTypes()) {
            const auto rule = fhir::patientRule(type);
            for (const auto parameter : rule.any) parameters.emplace(parameter, Known{type, rule.decided});
            for (const auto parameter : rule.deciding) parameters.insert_or_assign(parameter, Known{type, 0});
        }
        return parameters;
    }();
    return known;
}

}  // namespace

Task<std::vector<std::string>> kindsOfPatient(const tenancy::TenantContext& tenant, std::string_view id) {
    static constexpr db::TenantSql sql(
        "SELECT p.param FROM unnest($2::int[], $5::bigint[]) AS p(param, decided) WHERE EXISTS (SELECT 1 FROM index_reference x "
        "WHERE x.tenant_id = $1 AND x.param = p.param AND x.target = $3 AND x.type = $4 AND (p.decided = 0 OR EXISTS ("
        "SELECT 1 FROM resource r WHERE r.tenant_id = $1 AND r.rid = x.rid AND (r.present & p.decided) = 0 OFFSET 0)) OFFSET 0)");
    std::vector<std::int32_t> parameters;
    std::vector<std::int64_t> decided;
    for (const auto& [parameter, known] : knownParameters()) {
        parameters.push_back(parameter);
        decided.push_back(known.decided);
    }
    db::Params params;
    params.int4Array(parameters).int8(indexHash(id)).int4(fhir::typeCode("Patient")).int8Array(decided);
    const auto rows = co_await rowsOf(tenant).run({sql, std::move(params)});
    std::set<std::string> resourceTypes{"Patient"};
    for (std::size_t i = 0; i < rows.rows(); ++i) resourceTypes.emplace(knownParameters().at(rows.int4(i, 0)).type);
    std::vector<std::string> sorted(resourceTypes.begin(), resourceTypes.end());
    co_return sorted;
}

}  // namespace polyclinic::records
