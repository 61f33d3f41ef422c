#include "audit/tenant_events.h"

#include <algorithm>

#include "db/rows.h"
#include "tenancy/rows_of.h"

namespace polyclinic::audit {
namespace {

// The columns of eventAt(), in its order.
#define EVENT_COLUMNS                                                                                                               \
    "v.id, v.at, v.request, v.agent_kind, v.agent, v.action, v.interaction, v.type, v.resource_id, v.outcome, v.count, v.address, " \
    "v.client, v.account, v.patient, v.behalf, v.about, array_to_string(v.about_more, ' ')"

TenantEvent eventAt(const db::Result& rows, std::size_t row) {
    const auto text = [&](std::size_t column) { return rows.optionalText(row, column).value_or(std::string()); };
    TenantEvent event;
    event.id = rows.int8(row, 0);
    event.at = rows.timestamp(row, 1);
    event.request = text(2);
    event.agentKind = text(3);
    event.agent = text(4);
    event.action = text(5);
    event.interaction = text(6);
    event.type = rows.int4(row, 7);
    event.resourceId = text(8);
    event.outcome = rows.int4(row, 9);
    event.count = rows.int4(row, 10);
    event.address = text(11);
    event.client = text(12);
    event.account = text(13);
    event.patient = text(14);
    event.behalf = text(15);
    const auto whom = text(16).empty() ? text(17) : text(16);
    for (std::size_t at = 0; at < whom.size();) {
        const auto end = std::min(whom.find(' ', at), whom.size());
        event.about.push_back(whom.substr(at, end - at));
        at = end + 1;
    }
    return event;
}

}  // namespace

Task<std::vector<TenantEvent>> tenantEvents(const tenancy::TenantContext& tenant, TenantEventQuery wanted) {
#define PAGE_OF                                                                                                                          \
    " AND v.id < $2 AND ($4 = '' OR v.agent = $4 OR v.client = $4 OR v.account = $4) AND ($5 = '' OR v.interaction = $5) ORDER BY v.id " \
    "DESC LIMIT $3"
    static constexpr db::TenantSql all("SELECT " EVENT_COLUMNS " FROM audit_event v WHERE v.tenant_id = $1" PAGE_OF);
    // Of one patient: deeds of her own and of her apps, looks at her records, and what was done with her account. Each part
    // walks one index backwards.
    static constexpr db::TenantSql ofPatient(
        "WITH own AS MATERIALIZED (SELECT id FROM account WHERE tenant_id = $1 AND fhir_user = 'Patient/' || $6), found AS ("
        "(SELECT v.id FROM audit_event v WHERE v.tenant_id = $1 AND v.patient = $6 AND v.patient IS NOT NULL" PAGE_OF
        ") UNION "
        "(SELECT v.id FROM audit_event v WHERE v.tenant_id = $1 AND v.about = $6 AND v.about IS NOT NULL "
        "AND v.about IS DISTINCT FROM v.patient" PAGE_OF
        ") UNION "
        "(SELECT v.id FROM audit_about s JOIN audit_event v ON v.tenant_id = $1 AND v.id = s.event WHERE s.tenant_id = $1 AND s.patient = "
        "$6 "
        "AND s.event < $2" PAGE_OF
        ") UNION "
        "(SELECT v.id FROM audit_event v WHERE v.tenant_id = $1 AND v.patient IS NULL AND v.account IS NULL AND v.type IN (0, 286294188) "
        "AND v.resource_id IS NOT NULL AND v.type = 286294188 AND v.resource_id = $6" PAGE_OF
        ") UNION "
        "(SELECT v.id FROM own CROSS JOIN LATERAL (SELECT * FROM audit_event v WHERE v.tenant_id = $1 AND v.account = own.id "
        "AND v.account IS NOT NULL AND v.patient IS NULL" PAGE_OF
        ") AS v) UNION "
        "(SELECT v.id FROM own CROSS JOIN LATERAL (SELECT * FROM audit_event v WHERE v.tenant_id = $1 AND v.patient IS NULL AND v.account "
        "IS NULL "
        "AND v.type IN (0, 286294188) AND v.resource_id IS NOT NULL AND v.type = 0 AND v.resource_id = own.id" PAGE_OF
        ") AS v)) "
        "SELECT " EVENT_COLUMNS " FROM audit_event v JOIN found f ON f.id = v.id WHERE v.tenant_id = $1 ORDER BY v.id DESC LIMIT $3");
#undef PAGE_OF
    db::Params params;
    params.int8(wanted.before).int8(wanted.count).text(wanted.agent).text(wanted.interaction);
    if (!wanted.patient.empty()) params.text(wanted.patient);
    db::TenantStatement statement{wanted.patient.empty() ? all : ofPatient, std::move(params)};
    const auto rows = co_await rowsOf(tenant).run(std::move(statement), db::QueryClass::heavy);
    co_return db::allOf(rows, eventAt);
}

}  // namespace polyclinic::audit
