// AuditEvent: who did what in a clinic, and what operators did on the server, as FHIR
// (http://hl7.org/fhir/R4/auditevent.html).

#include <charconv>

#include "audit/operator_events.h"
#include "audit/operator_seal.h"
#include "audit/tenant_events.h"
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

/// A Patient whose record it was (http://hl7.org/fhir/R4/valueset-object-role.html).
nlohmann::ordered_json patientEntity(std::string_view id) {
    return {{"what", {{"reference", "Patient/" + std::string(id)}}},
            {"role", {{"system", "http://terminology.hl7.org/CodeSystem/object-role"}, {"code", "1"}, {"display", "Patient"}}}};
}

nlohmann::ordered_json shown(const audit::TenantEvent& kept) {
    auto event = eventOf(kept.id, kept.at, kept.interaction, kept.action, kept.outcome, kept.agentKind, kept.agent, kept.address);
    // What was proven, each as an agent of its own; the first one is how the log names the caller.
    const auto agent = [&](const char* kind, nlohmann::ordered_json who) {
        event["agent"].push_back({{"type", {{"text", kind}}}, {"who", std::move(who)}, {"requestor", false}});
    };
    if (!kept.client.empty()) agent("client", {{"identifier", {{"value", kept.client}}}});
    if (!kept.account.empty()) agent("account", {{"identifier", {{"value", kept.account}}}});
    if (!kept.patient.empty()) agent("patient", {{"reference", "Patient/" + kept.patient}});
    if (!kept.behalf.empty() && kept.behalf != "Patient/" + kept.patient)
        agent("on behalf of", kept.behalf.find('/') == kept.behalf.npos ? nlohmann::ordered_json{{"display", kept.behalf}}
                                                                        : nlohmann::ordered_json{{"reference", kept.behalf}});
    nlohmann::ordered_json entity;
    const auto name = fhir::typeName(kept.type);
    if (name && !kept.resourceId.empty())
        entity["what"]["reference"] = std::string(*name) + '/' + kept.resourceId;
    else if (name)
        entity["type"] = {{"system", "http://hl7.org/fhir/resource-types"}, {"code", *name}};
    else if (!kept.resourceId.empty())
        entity["name"] = kept.resourceId;
    entity["detail"] = {detail("request", kept.request), detail("count", std::to_string(kept.count))};
    event["entity"] = {entity};
    for (const auto& id : kept.about) event["entity"].push_back(patientEntity(id));
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
    const auto tenant = co_await tenantOf(services, call);
    const auto page = pageOf(call);
    const auto patient = call.query("patient");
    audit::TenantEventQuery wanted{call.query("agent"), call.query("subtype"), patient, page.before, page.count};
    const auto kept = co_await audit::tenantEvents(*tenant, std::move(wanted));
    std::vector<nlohmann::ordered_json> events;
    for (const auto& each : kept) events.push_back(shown(each));
    const auto last = kept.empty() ? 0 : kept.back().id;
    std::vector<std::string> about;
    if (fhir::isId(patient)) about.push_back(patient);
    co_await noteLook(services, call, *tenant, "audit-search", {}, std::move(about), int(kept.size()));
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
        auto head = services.auditHeads->of(tenant->number());
        sealed = co_await audit::sealAuditEvents(*tenant, services.clock.now(), audit::sealReach, &head);
        if (sealed > 0) services.auditHeads->remember(tenant->number(), std::move(head));
    }
    const auto known = services.auditHeads->of(tenant->number());
    const auto check = co_await audit::checkAuditSeals(*tenant, &known);
    if (!check.firstBroken) services.auditHeads->setTrouble(tenant->number(), {});
    co_await noteLook(services, call, *tenant, "audit-verify", {}, {}, int(check.broken.size()));
    co_return verdictOf(check);
}

Task<http::Response> verifyOperatorEvents(OperatorServices& services, const Call& call) {
    const db::SystemSession session(services.directoryDatabase);
    for (int sealed = audit::sealAtOnce; sealed == audit::sealAtOnce;) {
        auto head = services.auditHeads->of(audit::AuditHeads::operators);
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
