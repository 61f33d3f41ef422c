// AuditEvent: who did what in a clinic, as FHIR (http://hl7.org/fhir/R4/auditevent.html).

#include <charconv>

#include "admin/nouns.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"

namespace polyclinic::admin {
namespace {

constexpr std::int64_t usualEvents = 50, mostEvents = 1000;

nlohmann::ordered_json shown(const db::Result& rows, std::size_t row) {
    const auto type = rows.int4(row, 7);
    nlohmann::ordered_json event{{"resourceType", "AuditEvent"}, {"id", std::to_string(rows.int8(row, 0))}};
    event["type"] = {{"system", "http://terminology.hl7.org/CodeSystem/audit-event-type"}, {"code", "rest"}};
    event["subtype"] = {{{"system", "http://hl7.org/fhir/restful-interaction"}, {"code", rows.text(row, 6)}}};
    event["action"] = rows.text(row, 5);
    event["recorded"] = toInstant(rows.timestamp(row, 1));
    event["outcome"] = std::to_string(rows.int4(row, 9));
    event["agent"] = {{{"type", {{"text", rows.text(row, 3)}}},
                       {"who", {{"identifier", {{"value", rows.text(row, 4)}}}}},
                       {"requestor", true}}};
    if (!rows.isNull(row, 11)) event["agent"][0]["network"] = {{"address", rows.text(row, 11)}, {"type", "2"}};
    event["source"] = {{"observer", {{"display", "Polyclinic"}}}};
    nlohmann::ordered_json entity;
    const auto name = fhir::typeName(type);
    if (name && !rows.isNull(row, 8))
        entity["what"]["reference"] = std::string(*name) + '/' + std::string(rows.text(row, 8));
    else if (name)
        entity["type"] = {{"system", "http://hl7.org/fhir/resource-types"}, {"code", *name}};
    else if (!rows.isNull(row, 8))
        entity["name"] = rows.text(row, 8);
    entity["detail"] = {{{"type", "request"}, {"valueString", rows.text(row, 2)}},
                        {{"type", "count"}, {"valueString", std::to_string(rows.int4(row, 10))}}};
    event["entity"] = {entity};
    return event;
}

std::int64_t wholeNumber(const std::string& text, std::int64_t usual, const char* name) {
    if (text.empty()) return usual;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0)
        throw Failure(FailureKind::badRequest, std::string(name) + " must be a whole number.");
    return number;
}

}  // namespace

Task<http::Response> listAuditEvents(Office& office, const Call& call) {
    static constexpr db::TenantSql sql(
        "SELECT id, at, request, agent_kind, agent, action, interaction, type, resource_id, outcome, count, address FROM audit_event "
        "WHERE tenant_id = $1 AND id < $2 AND ($4 = '' OR agent = $4) AND ($5 = '' OR interaction = $5) "
        // Of one patient: their record, their account, and their apps ("CLIENT for Patient/ID").
        "AND ($6 = '' OR (type = $7 AND resource_id = $6) OR right(agent, char_length($6) + 13) = ' for Patient/' || $6 "
        "OR EXISTS (SELECT FROM account WHERE account.tenant_id = $1 AND account.fhir_user = 'Patient/' || $6 "
        "AND (account.id = agent OR account.id = resource_id))) "
        "ORDER BY id DESC LIMIT $3");
    const auto tenant = co_await tenantOf(office, call);
    const auto count = std::min(wholeNumber(call.query("_count"), usualEvents, "_count"), mostEvents);
    const auto before = wholeNumber(call.query("_cursor"), std::numeric_limits<std::int64_t>::max(), "_cursor");
    const auto patient = call.query("patient");
    const auto patientType = fhir::typeCode("Patient");
    auto session = tenant->session();
    const auto rows = co_await session.run(
        {sql, std::move(db::Params().int8(before).int8(count).text(call.query("agent")).text(call.query("subtype"))
                            .text(patient).int4(patientType))},
        db::Lane::heavy);
    std::vector<nlohmann::ordered_json> events;
    for (std::size_t i = 0; i < rows.rows(); ++i) events.push_back(shown(rows, i));
    std::string next;
    if (std::int64_t(rows.rows()) == count && count > 0) {
        next = "AuditEvent?_count=" + std::to_string(count) + "&_cursor=" + std::to_string(rows.int8(rows.rows() - 1, 0));
        for (const char* condition : {"agent", "subtype", "patient"})
            if (const auto value = call.query(condition); !value.empty())
                next += std::string("&") + condition + '=' + percentEncode(value);
    }
    const auto total = std::int64_t(events.size());
    co_return answer(200, searchset(std::move(events), total, next));
}

}  // namespace polyclinic::admin
