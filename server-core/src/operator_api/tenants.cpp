// Tenant: create, change, suspend, trash, undo, purge.

#include <charconv>

#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "operator_api/handlers.h"
#include "records/scoped_reader.h"

namespace polyclinic::operator_api {
namespace {

constexpr std::size_t usualPage = 50, largestPage = 500;

nlohmann::ordered_json shown(const tenancy::TenantRecord& record) {
    auto json = toJson(record.tenant);
    json["meta"] = {{"versionId", std::to_string(record.version)}, {"lastUpdated", toInstant(record.updated)}};
    const tenancy::TenantAddress urls(record.base, record.tenant.id);
    json["endpoint"] = {{{"type", "fhir-api"}, {"url", urls.fhirApi()}},
                        {{"type", "system-auth"}, {"url", urls.systemAuth()}},
                        {{"type", "patient-smart-api"}, {"url", urls.patientApi()}},
                        {{"type", "patient-auth"}, {"url", urls.patientAuth()}},
                        {{"type", "patient-portal"}, {"url", urls.patientPortal()}}};
    if (record.trashed) json["trashed"] = toInstant(*record.trashed);
    return json;
}

http::Response tenantAnswer(int status, const tenancy::TenantRecord& record) {
    auto response = answer(status, shown(record));
    response.headers.add("ETag", "W/\"" + std::to_string(record.version) + '"');
    return response;
}

std::size_t numberOf(const std::string& text, std::size_t usual, std::size_t most, const char* name) {
    if (text.empty()) return usual;
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        throw Failure(FailureKind::badRequest, std::string(name) + " must be a whole number.");
    return std::min(number, most);
}

Task<void> note(OperatorServices& services, const Call& call, std::string id, char action, std::string interaction) {
    const auto lookup = co_await services.directory.find(id);
    if (!lookup.context) co_return;
    audit::AuditEntry entry;
    entry.action = action;
    entry.interaction = std::move(interaction);
    entry.resourceId = std::move(id);
    co_await services.audit.note(*lookup.context, call.actor(), std::move(entry));
}

}  // namespace

Task<http::Response> putTenant(OperatorServices& services, const Call& call) {
    const auto id = call.parameter("tenant");
    if (!tenancy::isTenantId(id))
        throw Failure::withIssues(
            FailureKind::unprocessable,
            {{Issue::Severity::error, "value", "must have 2 to 63 of a-z, 0-9 and '-', and not begin with '-'", "Tenant.id"}});
    const auto tenant = tenancy::tenantFromJson(call.body(), id);
    const auto expected = call.request.header("If-None-Match") == "*" ? std::optional(tenancy::TenantDirectory::isNew) : call.ifMatch();
    const auto [created, record] = co_await services.directory.put(tenant, expected);
    const std::string action = created ? "tenant-create" : "tenant-update";
    co_await noteInDirectory(services, call, action, id);
    co_await note(services, call, id, created ? 'C' : 'U', action);
    co_return tenantAnswer(created ? 201 : 200, record);
}

Task<http::Response> getTenant(OperatorServices& services, const Call& call) {
    const auto record = co_await services.directory.get(call.parameter("tenant"));
    if (!record) throw Failure(FailureKind::notFound, "There is no such tenant.");
    co_return tenantAnswer(200, *record);
}

Task<http::Response> listTenants(OperatorServices& services, const Call& call) {
    const auto count = numberOf(call.query("_count"), usualPage, largestPage, "_count");
    const auto offset = numberOf(call.query("_cursor"), 0, 1'000'000, "_cursor");
    const auto name = call.query("name:contains");
    const auto state = call.query("state");
    if (!state.empty() && state != "trashed") throw Failure(FailureKind::badRequest, "state may be trashed.");
    const auto page = co_await services.directory.list(name, state == "trashed", offset, count);
    std::vector<nlohmann::ordered_json> resources;
    for (const auto& record : page.tenants) resources.push_back(shown(record));
    std::string next;
    if (page.more)
        next = "Tenant?_count=" + std::to_string(count) + "&_cursor=" + std::to_string(offset + count) +
               (name.empty() ? "" : "&name:contains=" + percentEncode(name)) + (state.empty() ? "" : "&state=" + state);
    co_return answer(200, searchset(std::move(resources), page.total, next));
}

Task<http::Response> deleteTenant(OperatorServices& services, const Call& call) {
    const auto id = call.parameter("tenant");
    const auto purge = call.query("purge");
    if (!purge.empty() && purge != "true") throw Failure(FailureKind::badRequest, "purge may be true.");
    if (purge == "true") {
        demandPersonNow(services, call, "Programs do not remove clinics for ever. A person must, who has just signed in.",
                        "Sign in again to remove a clinic for ever.");
        co_await noteInDirectory(services, call, "tenant-purge", id);
        co_await services.directory.purge(id);
    } else {
        co_await note(services, call, id, 'D', "tenant-trash");
        co_await services.directory.trash(id);
        co_await noteInDirectory(services, call, "tenant-trash", id);
    }
    co_return noContent();
}

Task<http::Response> restoreTenant(OperatorServices& services, const Call& call) {
    const auto id = call.parameter("tenant");
    const auto record = co_await services.directory.restore(id);
    co_await noteInDirectory(services, call, "tenant-restore", id);
    co_await note(services, call, id, 'U', "tenant-restore");
    co_return tenantAnswer(200, record);
}

Task<http::Response> countTenant(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    records::ScopedReader reader(tenant, access::AccessScope::readEverything(), call.actor(), services.audit);
    nlohmann::ordered_json json{{"total", 0}, {"types", nlohmann::ordered_json::object()}};
    std::int64_t total = 0;
    std::map<std::string, std::int64_t> byName;
    for (const auto& [type, count] : co_await reader.counts()) {
        byName[std::string(fhir::typeName(type).value_or("?"))] = count;
        total += count;
    }
    for (const auto& [name, count] : byName) json["types"][name] = count;
    json["total"] = total;
    co_return answer(200, json);
}

}  // namespace polyclinic::operator_api
