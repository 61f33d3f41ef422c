#include "audit/activity.h"
#include "tenancy/rows_of.h"

namespace polyclinic::audit {

Task<std::vector<ActivityEvent>> activity(const tenancy::TenantContext& tenant, ActivityOf of, std::int64_t before, std::int32_t count) {
    // Every part walks one index of the migration backwards; its condition stands here word for word, and with it
    // typeCode("Patient"): as a parameter it would not show that the index holds what is asked for. What others read of an
    // account is not told: the page is about what became of it.
    static constexpr db::TenantSql sql(
        "SELECT id, at, agent_kind, client, action, interaction, type, resource_id, outcome, count FROM ("
        "(SELECT v.* FROM audit_event v WHERE $7 AND v.tenant_id = $1 AND v.account = $2 AND v.account IS NOT NULL AND v.patient IS NULL "
        "AND v.id < $5 ORDER BY v.id DESC LIMIT $6) UNION ALL "
        "(SELECT v.* FROM audit_event v WHERE $8 AND v.tenant_id = $1 AND v.patient = $3 AND v.patient IS NOT NULL AND v.id < $5 "
        "ORDER BY v.id DESC LIMIT $6) UNION ALL "
        "(SELECT e.* FROM unnest($4::text[]) AS a(about) CROSS JOIN LATERAL (SELECT * FROM audit_event v "
        "WHERE v.tenant_id = $1 AND v.patient IS NULL AND v.account IS NULL AND v.type IN (0, 286294188) "
        "AND v.resource_id IS NOT NULL AND v.type = 0 AND v.resource_id = a.about AND v.id < $5 AND v.action <> 'R' "
        "AND CASE WHEN v.agent_kind = 'patient' THEN $7 ELSE $9 END ORDER BY v.id DESC LIMIT $6) AS e) UNION ALL "
        "(SELECT v.* FROM audit_event v WHERE $9 AND v.tenant_id = $1 AND v.patient IS NULL AND v.account IS NULL "
        "AND v.type IN (0, 286294188) AND v.resource_id IS NOT NULL AND v.type = 286294188 AND v.resource_id = $3 AND v.id < $5 "
        "ORDER BY v.id DESC LIMIT $6)) AS every ORDER BY id DESC LIMIT $6");
    auto about = std::move(of.grants);
    about.push_back(of.account);
    db::Params params;
    params.text(of.account).text(of.patient).textArray(about).int8(before).int8(count);
    params.boolean(of.own).boolean(of.apps).boolean(of.others);
    const auto rows = co_await rowsOf(tenant).run({sql, std::move(params)});
    std::vector<ActivityEvent> events;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        ActivityEvent event;
        event.id = rows.int8(i, 0);
        event.at = rows.timestamp(i, 1);
        event.agentKind = rows.text(i, 2);
        event.client = rows.optionalText(i, 3).value_or(std::string());
        event.action = rows.text(i, 4).front();
        event.interaction = rows.text(i, 5);
        event.type = rows.int4(i, 6);
        if (!rows.isNull(i, 7)) event.resourceId = rows.text(i, 7);
        event.outcome = rows.int4(i, 8);
        event.count = rows.int4(i, 9);
        events.push_back(std::move(event));
    }
    co_return events;
}

}  // namespace polyclinic::audit
