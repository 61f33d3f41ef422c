#include "store/patient_kinds.h"

#include <map>
#include <set>

#include "base/encoding.h"
#include "fhir/compartment.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::store {
namespace {

/// Each parameter is of one type only.
const std::map<std::int32_t, std::string_view>& typesByParameter() {
    static const auto known = [] {
        std::map<std::int32_t, std::string_view> types;
        for (const auto type : fhir::Definitions::r4().resourceTypes())
            for (const auto parameter : fhir::patientParameters(type)) types.emplace(parameter, type);
        return types;
    }();
    return known;
}

}  // namespace

Task<std::vector<std::string>> kindsOfPatient(db::TenantSession& session, std::string_view id) {
    static constexpr db::TenantSql sql(
        "SELECT p.param FROM unnest($2::int[]) AS p(param) WHERE EXISTS (SELECT 1 FROM index_reference x "
        "WHERE x.tenant_id = $1 AND x.param = p.param AND x.target = $3 AND x.type = $4 OFFSET 0)");
    std::vector<std::int32_t> parameters;
    for (const auto& [parameter, type] : typesByParameter()) parameters.push_back(parameter);
    const auto rows = co_await session.run(
        {sql, std::move(db::Params().int4Array(parameters).int8(indexHash(id)).int4(fhir::typeCode("Patient")))});
    std::set<std::string> kinds{"Patient"};
    for (std::size_t i = 0; i < rows.rows(); ++i) kinds.emplace(typesByParameter().at(rows.int4(i, 0)));
    std::vector<std::string> sorted(kinds.begin(), kinds.end());
    co_return sorted;
}

}  // namespace polyclinic::store
