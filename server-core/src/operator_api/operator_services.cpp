#include "operator_api/operator_services.h"

#include <algorithm>

#include "audit/operator_events.h"
#include "base/encoding.h"
#include "base/failure.h"
#include "base/json.h"
#include "base/version_tag.h"

namespace polyclinic::operator_api {

std::string Call::parameter(std::string_view name) const {
    for (const auto& [key, value] : parameters)
        if (key == name) return value;
    return {};
}

nlohmann::json Call::body() const {
    const auto type = request.header("Content-Type");
    if (!type.starts_with("application/json") && !type.starts_with("application/fhir+json"))
        throw Failure(FailureKind::unsupportedMediaType, "Send JSON, with Content-Type: application/json.");
    try {
        json::Document::parse(request.body);  // refuses what the next reader would take without a word
        return nlohmann::json::parse(request.body);
    } catch (const std::exception&) {
        throw Failure(FailureKind::badRequest, "The body is not valid JSON.").withCode("structure");
    }
}

std::string Call::query(std::string_view name) const {
    const auto fields = parseForm(request.query);
    if (!fields) throw Failure(FailureKind::badRequest, "The query is not well-formed.");
    for (const auto& [key, value] : *fields)
        if (key == name) return value;
    return {};
}

std::optional<std::int64_t> Call::ifMatch() const {
    auto tag = request.header("If-Match");
    if (tag.empty()) return std::nullopt;
    const auto version = versionOfTag(tag);
    if (!version) throw Failure(FailureKind::badRequest, "If-Match must be a version tag such as W/\"3\".");
    return version;
}

audit::Actor Call::actor() const {
    audit::Actor actor{caller.person ? "operator" : "operator-client", caller.name, request.id, request.peer};
    actor.client = caller.clientId;
    return actor;
}

Task<void> noteInDirectory(OperatorServices& services, const Call& call, std::string action, std::string subject) {
    audit::OperatorEvent event{
        0, services.clock.now(), call.request.id, call.caller.name, std::move(action), std::move(subject), call.request.peer};
    return audit::operator_events::note(db::SystemSession(services.directoryDatabase), std::move(event));
}

Task<void> noteLook(OperatorServices& services, const Call& call, const tenancy::TenantContext& tenant, std::string action, std::string id,
                    std::vector<std::string> about, int count) {
    audit::AuditEntry entry;
    entry.interaction = std::move(action);
    entry.resourceId = std::move(id);
    entry.about = std::move(about);
    entry.count = count;
    co_await services.audit.note(tenant, call.actor(), std::move(entry));
}

void addPatient(std::string_view reference, std::vector<std::string>& about) {
    constexpr std::string_view prefix = "Patient/";
    if (!reference.starts_with(prefix) || reference.size() == prefix.size()) return;
    const std::string id(reference.substr(prefix.size()));
    if (std::find(about.begin(), about.end(), id) == about.end()) about.push_back(id);
}

void demandPersonNow(const OperatorServices& services, const Call& call, std::string programs, std::string sentence) {
    constexpr std::chrono::minutes fresh{5};
    if (!call.local && !call.caller.person) throw Failure(FailureKind::forbidden, std::move(programs));
    if (!call.local && call.caller.signedIn + fresh < services.clock.now())
        throw Failure(FailureKind::unauthenticated, std::move(sentence)).withCode("login");
}

Task<tenancy::TenantContextPtr> tenantOf(OperatorServices& services, const Call& call) {
    const auto lookup = co_await services.directory.find(call.parameter("tenant"));
    if (!lookup.context) throw Failure(FailureKind::notFound, "There is no such tenant.");
    co_return lookup.context;
}

http::Response answer(int status, const nlohmann::ordered_json& body) {
    return http::Response::make(status, "application/json", body.dump());
}

http::Response noContent() {
    http::Response response;
    response.status = 204;
    return response;
}

nlohmann::ordered_json searchset(std::vector<nlohmann::ordered_json> resources, std::int64_t total, const std::string& next) {
    nlohmann::ordered_json bundle{{"resourceType", "Bundle"}, {"type", "searchset"}, {"total", total}};
    if (!next.empty()) bundle["link"] = {{{"relation", "next"}, {"url", next}}};
    bundle["entry"] = nlohmann::ordered_json::array();
    for (auto& resource : resources) bundle["entry"].push_back({{"resource", std::move(resource)}});
    return bundle;
}

}  // namespace polyclinic::operator_api
