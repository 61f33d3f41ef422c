#include "store/activity.h"

namespace polyclinic::store {

Task<std::vector<ActivityEvent>> activity(db::TenantSession& session, ActivityOf of, std::int64_t before, std::int32_t count) {
    // Every part walks one of the two indexes of the migration backwards; their conditions stand here word for word, and
    // with them typeCode("Patient"): as a parameter it would not show that the index holds what is asked for.
    static constexpr db::TenantSql sql(
        "SELECT id, at, agent_kind, agent, action, interaction, type, resource_id, outcome, count FROM ("
        "SELECT e.* FROM unnest($2::text[]) AS a(agent) CROSS JOIN LATERAL (SELECT * FROM audit_event v "
        "WHERE v.tenant_id = $1 AND v.agent_kind IN ('patient', 'patient-app') AND v.agent = a.agent AND v.id < $5 "
        "ORDER BY v.id DESC LIMIT $6) AS e UNION ALL "
        "SELECT e.* FROM unnest($3::text[]) AS a(about) CROSS JOIN LATERAL (SELECT * FROM audit_event v "
        "WHERE v.tenant_id = $1 AND v.agent_kind NOT IN ('patient', 'patient-app') AND v.type IN (0, 286294188) "
        "AND v.resource_id IS NOT NULL AND v.type = 0 AND v.resource_id = a.about AND v.id < $5 "
        "ORDER BY v.id DESC LIMIT $6) AS e UNION ALL "
        "(SELECT v.* FROM audit_event v "
        "WHERE v.tenant_id = $1 AND v.agent_kind NOT IN ('patient', 'patient-app') AND v.type IN (0, 286294188) "
        "AND v.resource_id IS NOT NULL AND v.type = 286294188 AND v.resource_id = $4 AND v.id < $5 "
        "ORDER BY v.id DESC LIMIT $6)) AS every ORDER BY id DESC LIMIT $6");
    db::Params params;
    params.textArray(of.agents).textArray(of.about).text(of.patient).int8(before).int8(count);
    const auto rows = co_await session.run({sql, std::move(params)});
    std::vector<ActivityEvent> events;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        ActivityEvent event;
        event.id = rows.int8(i, 0);
        event.at = rows.timestamp(i, 1);
        event.agentKind = rows.text(i, 2);
        event.agent = rows.text(i, 3);
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

}  // namespace polyclinic::store
