#include "accounts/patient_summary.h"

#include <nlohmann/json.hpp>

#include "fhir/definitions/definitions.h"
#include "records/content.h"
#include "tenancy/rows_of.h"

namespace polyclinic::accounts {
namespace {

std::string textAt(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The name that people go by: usual, official, then whatever is not over.
int rank(const nlohmann::json& name) {
    const auto use = textAt(name, "use");
    const auto period = name.find("period");
    const bool over = period != name.end() && period->is_object() && period->contains("end");
    if (over || use == "old" || use == "maiden") return 3;
    return use == "usual" ? 0 : use == "official" ? 1 : 2;
}

}  // namespace

Task<std::optional<PatientSummary>> patientSummary(const tenancy::TenantContext& tenant, std::string_view id, std::optional<Timestamp> at) {
    static constexpr db::TenantSql now("SELECT content FROM resource WHERE tenant_id = $1 AND type = $2 AND id = $3 AND NOT deleted");
    static constexpr db::TenantSql then(
        "SELECT CASE WHEN v.deleted THEN NULL ELSE v.content END FROM ("
        "SELECT version, updated, deleted, content FROM resource WHERE tenant_id = $1 AND type = $2 AND id = $3 UNION ALL "
        "SELECT version, updated, deleted, content FROM resource_history WHERE tenant_id = $1 AND type = $2 AND id = $3) AS v "
        "WHERE v.updated <= $4 ORDER BY v.version DESC LIMIT 1");
    db::Params params;
    params.int4(fhir::typeCode("Patient")).text(id);
    if (at) params.timestamp(*at);
    const auto rows = co_await rowsOf(tenant).run({at ? then : now, std::move(params)});
    if (rows.empty() || rows.isNull(0, 0)) co_return std::nullopt;
    const auto patient = nlohmann::json::parse(records::decompressContent(rows.text(0, 0)));
    PatientSummary summary;
    const nlohmann::json* best = nullptr;
    const auto names = patient.value("name", nlohmann::json::array());
    for (const auto& name : names)
        if (name.is_object() && (!best || rank(name) < rank(*best))) best = &name;
    if (best) {
        summary.family = textAt(*best, "family");
        const auto given = best->find("given");
        if (given != best->end() && given->is_array() && !given->empty() && given->front().is_string())
            summary.given = given->front().get<std::string>();
        if (summary.given.empty() && summary.family.empty()) summary.given = textAt(*best, "text");
    }
    for (const auto& name : names) {
        if (!name.is_object()) continue;
        for (const char* part : {"family", "text"})
            if (auto word = textAt(name, part); !word.empty()) summary.names.push_back(std::move(word));
        const auto given = name.find("given");
        if (given == name.end() || !given->is_array()) continue;
        for (const auto& word : *given)
            if (word.is_string()) summary.names.push_back(word.get<std::string>());
    }
    summary.birthDate = textAt(patient, "birthDate");
    if (summary.birthDate.size() != 10) summary.birthDate.clear();
    co_return summary;
}

}  // namespace polyclinic::accounts
