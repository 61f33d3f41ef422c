// AuditEvent: who did what in a clinic, and what operators did on the server, as FHIR
// (http://hl7.org/fhir/R4/auditevent.html).

#include <charconv>

#include "admin/nouns.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "store/operator_events.h"

namespace polyclinic::admin {
namespace {

constexpr std::int64_t usualEvents = 50, mostEvents = 1000;

/// What every event has; `did` is the interaction.
nlohmann::ordered_json eventOf(std::int64_t id, Timestamp at, std::string_view did, std::string_view action, int outcome,
                               std::string_view kind, std::string_view who, std::string_view address) {
    nlohmann::ordered_json event{{"resourceType", "AuditEvent"}, {"id", std::to_string(id)}};
    event["type"] = {{"system", "http://terminology.hl7.org/CodeSystem/audit-event-type"}, {"code", "rest"}};
    event["subtype"] = {{{"system", "http://hl7.org/fhir/restful-interaction"}, {"code", did}}};
    event["action"] = action;
    event["recorded"] = toInstant(at);
    event["outcome"] = std::to_string(outcome);
    event["agent"] = {{{"type", {{"text", kind}}}, {"who", {{"identifier", {{"value", who}}}}}, {"requestor", true}}};
    if (!address.empty()) event["agent"][0]["network"] = {{"address", address}, {"type", "2"}};
    event["source"] = {{"observer", {{"display", "Polyclinic"}}}};
    return event;
}

nlohmann::ordered_json detail(std::string_view type, std::string_view value) { return {{"type", type}, {"valueString", value}}; }

nlohmann::ordered_json shown(const db::Result& rows, std::size_t row) {
    auto event = eventOf(rows.int8(row, 0), rows.timestamp(row, 1), rows.text(row, 6), rows.text(row, 5), rows.int4(row, 9),
                         rows.text(row, 3), rows.text(row, 4), rows.isNull(row, 11) ? std::string_view() : rows.text(row, 11));
    nlohmann::ordered_json entity;
    const auto name = fhir::typeName(rows.int4(row, 7));
    if (name && !rows.isNull(row, 8))
        entity["what"]["reference"] = std::string(*name) + '/' + std::string(rows.text(row, 8));
    else if (name)
        entity["type"] = {{"system", "http://hl7.org/fhir/resource-types"}, {"code", *name}};
    else if (!rows.isNull(row, 8))
        entity["name"] = rows.text(row, 8);
    entity["detail"] = {detail("request", rows.text(row, 2)), detail("count", std::to_string(rows.int4(row, 10)))};
    event["entity"] = {entity};
    return event;
}

nlohmann::ordered_json shown(const store::OperatorEvent& kept) {
    const std::string_view did = kept.action;
    const auto ends = [did](auto... with) { return (did.ends_with(with) || ...); };
    const char* action = ends("-create") || did == "setup"                             ? "C"
                         : ends("-trash", "-purge", "-delete")                         ? "D"
                         : did.starts_with("sign-in") || did.starts_with("token") ? "E"
                                                                                       : "U";
    auto event = eventOf(kept.number, kept.at, did, action, did.ends_with("-refused") ? 4 : 0, "operator", kept.who, kept.address);
    nlohmann::ordered_json entity;
    if (!kept.subject.empty()) entity["name"] = kept.subject;
    entity["detail"] = {detail("request", kept.request)};
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

struct Page {
    std::int64_t count, before;
};

Page pageOf(const Call& call) {
    return {std::min(wholeNumber(call.query("_count"), usualEvents, "_count"), mostEvents),
            wholeNumber(call.query("_cursor"), std::numeric_limits<std::int64_t>::max(), "_cursor")};
}

/// The page's answer; `last`: the number of its last event, `conditions`: what the next page asks for again.
http::Response answerOf(const Call& call, const Page& page, std::vector<nlohmann::ordered_json> events, std::int64_t last,
                        std::initializer_list<const char*> conditions) {
    std::string next;
    if (std::int64_t(events.size()) == page.count && page.count > 0) {
        next = "AuditEvent?_count=" + std::to_string(page.count) + "&_cursor=" + std::to_string(last);
        for (const char* condition : conditions)
            if (const auto value = call.query(condition); !value.empty())
                next += std::string("&") + condition + '=' + percentEncode(value);
    }
    const auto total = std::int64_t(events.size());
    return answer(200, searchset(std::move(events), total, next));
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
    const auto page = pageOf(call);
    const auto patient = call.query("patient");
    const auto patientType = fhir::typeCode("Patient");
    auto session = tenant->session();
    const auto rows = co_await session.run(
        {sql, std::move(db::Params().int8(page.before).int8(page.count).text(call.query("agent")).text(call.query("subtype"))
                            .text(patient).int4(patientType))},
        db::Lane::heavy);
    std::vector<nlohmann::ordered_json> events;
    for (std::size_t i = 0; i < rows.rows(); ++i) events.push_back(shown(rows, i));
    const auto last = rows.rows() == 0 ? 0 : rows.int8(rows.rows() - 1, 0);
    co_return answerOf(call, page, std::move(events), last, {"agent", "subtype", "patient"});
}

Task<http::Response> listOperatorEvents(Office& office, const Call& call) {
    const auto page = pageOf(call);
    auto who = call.query("agent"), action = call.query("subtype");
    const auto kept = co_await store::operators::events(db::SystemSession(office.directoryDatabase), page.before, page.count,
                                                        std::move(who), std::move(action));
    std::vector<nlohmann::ordered_json> events;
    for (const auto& each : kept) events.push_back(shown(each));
    const auto last = kept.empty() ? 0 : kept.back().number;
    co_return answerOf(call, page, std::move(events), last, {"agent", "subtype"});
}

}  // namespace polyclinic::admin
