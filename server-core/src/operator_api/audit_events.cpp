// AuditEvent: who did what in a clinic, and what operators did on the server, as FHIR
// (http://hl7.org/fhir/R4/auditevent.html).

#include <charconv>

#include "audit/operator_events.h"
#include "audit/operator_seal.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "fhir/resource.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {
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

// The columns of shown(), in its order.
#define EVENT_COLUMNS                                                                                                               \
    "v.id, v.at, v.request, v.agent_kind, v.agent, v.action, v.interaction, v.type, v.resource_id, v.outcome, v.count, v.address, " \
    "v.client, v.account, v.patient, v.behalf, v.about, array_to_string(v.about_more, ' ')"

/// A Patient whose record it was (http://hl7.org/fhir/R4/valueset-object-role.html).
nlohmann::ordered_json patientEntity(std::string_view id) {
    return {{"what", {{"reference", "Patient/" + std::string(id)}}},
            {"role", {{"system", "http://terminology.hl7.org/CodeSystem/object-role"}, {"code", "1"}, {"display", "Patient"}}}};
}

nlohmann::ordered_json shown(const db::Result& rows, std::size_t row) {
    const auto text = [&](std::size_t column) { return rows.optionalText(row, column).value_or(std::string()); };
    auto event = eventOf(rows.int8(row, 0), rows.timestamp(row, 1), rows.text(row, 6), rows.text(row, 5), rows.int4(row, 9),
                         rows.text(row, 3), rows.text(row, 4), text(11));
    // What was proven, each as an agent of its own; the first one is how the log names the caller.
    const auto agent = [&](const char* kind, nlohmann::ordered_json who) {
        event["agent"].push_back({{"type", {{"text", kind}}}, {"who", std::move(who)}, {"requestor", false}});
    };
    if (!text(12).empty()) agent("client", {{"identifier", {{"value", text(12)}}}});
    if (!text(13).empty()) agent("account", {{"identifier", {{"value", text(13)}}}});
    if (!text(14).empty()) agent("patient", {{"reference", "Patient/" + text(14)}});
    if (const auto behalf = text(15); !behalf.empty() && behalf != "Patient/" + text(14))
        agent("on behalf of", behalf.find('/') == behalf.npos ? nlohmann::ordered_json{{"display", behalf}}
                                                              : nlohmann::ordered_json{{"reference", behalf}});
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
    const auto whom = text(16).empty() ? text(17) : text(16);
    for (std::size_t at = 0; at < whom.size();) {
        const auto end = std::min(whom.find(' ', at), whom.size());
        event["entity"].push_back(patientEntity(std::string_view(whom).substr(at, end - at)));
        at = end + 1;
    }
    return event;
}

nlohmann::ordered_json shown(const audit::OperatorEvent& kept) {
    const std::string_view did = kept.action;
    const auto ends = [did](auto... with) { return (did.ends_with(with) || ...); };
    const char* action = ends("-create") || did == "setup"                                                      ? "C"
                         : ends("-trash", "-purge", "-delete")                                                  ? "D"
                         : did.starts_with("sign-in") || did.starts_with("token") || ends("-search", "-verify") ? "E"
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
            if (const auto value = call.query(condition); !value.empty()) next += std::string("&") + condition + '=' + percentEncode(value);
    }
    const auto total = std::int64_t(events.size());
    return answer(200, searchset(std::move(events), total, next));
}

}  // namespace

Task<http::Response> listAuditEvents(OperatorServices& services, const Call& call) {
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
    const auto tenant = co_await tenantOf(services, call);
    const auto page = pageOf(call);
    const auto patient = call.query("patient");
    auto session = tenant->session();
    db::Params params;
    params.int8(page.before).int8(page.count).text(call.query("agent")).text(call.query("subtype"));
    if (!patient.empty()) params.text(patient);
    const auto rows = co_await session.run({patient.empty() ? all : ofPatient, std::move(params)}, db::QueryClass::heavy);
    std::vector<nlohmann::ordered_json> events;
    for (std::size_t i = 0; i < rows.rows(); ++i) events.push_back(shown(rows, i));
    const auto last = rows.rows() == 0 ? 0 : rows.int8(rows.rows() - 1, 0);
    std::vector<std::string> about;
    if (fhir::isId(patient)) about.push_back(patient);
    co_await noteLook(services, call, *tenant, "audit-search", {}, std::move(about), int(rows.rows()));
    co_return answerOf(call, page, std::move(events), last, {"agent", "subtype", "patient"});
}

Task<http::Response> listOperatorEvents(OperatorServices& services, const Call& call) {
    const auto page = pageOf(call);
    auto who = call.query("agent"), action = call.query("subtype");
    const auto kept = co_await audit::operator_events::events(db::SystemSession(services.directoryDatabase), page.before, page.count,
                                                              std::move(who), std::move(action));
    std::vector<nlohmann::ordered_json> events;
    for (const auto& each : kept) events.push_back(shown(each));
    const auto last = kept.empty() ? 0 : kept.back().number;
    co_await noteInDirectory(services, call, "audit-search", "");
    co_return answerOf(call, page, std::move(events), last, {"agent", "subtype"});
}

namespace {

/// "broken": seals that do not fit what they cover; one that is not there any more is one of them.
http::Response verdictOf(const audit::SealCheck& check) {
    nlohmann::ordered_json json{{"sealed", check.sealed}, {"verified", check.events}, {"broken", nlohmann::ordered_json::array()}};
    for (const auto sequence : check.broken) json["broken"].push_back({{"seal", sequence}});
    return answer(200, json);
}

}  // namespace

Task<http::Response> verifyAuditEvents(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    for (int sealed = audit::sealAtOnce; sealed == audit::sealAtOnce;) {
        audit::SealHead head;
        sealed = co_await audit::sealAuditEvents(tenant->session(), services.clock.now(), audit::sealReach, &head);
        if (sealed > 0) services.auditHeads->remember(tenant->number(), std::move(head));
    }
    const auto known = services.auditHeads->of(tenant->number());
    const auto check = co_await audit::checkAuditSeals(tenant->session(), &known);
    if (!check.firstBroken) services.auditHeads->setTrouble(tenant->number(), {});
    co_await noteLook(services, call, *tenant, "audit-verify", {}, {}, int(check.broken.size()));
    co_return verdictOf(check);
}

Task<http::Response> verifyOperatorEvents(OperatorServices& services, const Call& call) {
    const db::SystemSession session(services.directoryDatabase);
    for (int sealed = audit::sealAtOnce; sealed == audit::sealAtOnce;) {
        audit::SealHead head;
        sealed = co_await audit::operator_events::sealEvents(session, services.clock.now(), &head);
        if (sealed > 0) services.auditHeads->remember(audit::AuditHeads::operators, std::move(head));
    }
    const auto known = services.auditHeads->of(audit::AuditHeads::operators);
    const auto check = co_await audit::operator_events::checkSeals(session, &known);
    if (!check.firstBroken) services.auditHeads->setTrouble(audit::AuditHeads::operators, {});
    co_await noteInDirectory(services, call, "audit-verify", "");
    co_return verdictOf(check);
}

}  // namespace polyclinic::operator_api
