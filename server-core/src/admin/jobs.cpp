// $import and Job: start, watch, cancel.

#include "admin/nouns.h"
#include "base/failure.h"
#include "import/import_job.h"

namespace polyclinic::admin {
namespace {

constexpr std::size_t shownJobs = 100;

nlohmann::ordered_json shown(const store::Job& job, const std::string& tenant) {
    nlohmann::ordered_json json{{"resourceType", "Job"},
                                {"id", job.id},
                                {"tenant", tenant},
                                {"kind", job.kind},
                                {"status", job.status},
                                {"requestedBy", job.requestedBy},
                                {"created", toInstant(job.created)},
                                {"updated", toInstant(job.updated)}};
    const auto state = nlohmann::ordered_json::parse(job.state);
    for (const auto& member : state.items()) json[member.key()] = member.value();
    return json;
}

/// Finds the job with the tenant that it belongs to: an id alone never leads to another tenant's job, since every
/// look is made inside one tenant.
Task<std::pair<tenancy::TenantContextPtr, store::Job>> jobOf(Office& office, std::string id) {
    for (const auto& tenant : co_await office.directory.all()) {
        auto job = co_await office.jobs.get(tenant->session(), id);
        if (job) co_return std::pair{tenant, std::move(*job)};
    }
    throw Failure(FailureKind::notFound, "There is no such job.");
}

}  // namespace

Task<http::Response> startImport(Office& office, const Call& call) {
    const auto tenant = co_await tenantOf(office, call);
    if (tenant->record().state != tenancy::TenantState::active)
        throw Failure(FailureKind::conflict, "The clinic is suspended. Resume it before importing.");
    const auto lenient = call.query("lenient");
    if (!lenient.empty() && lenient != "true" && lenient != "false")
        throw Failure(FailureKind::badRequest, "lenient may be true or false.");

    nlohmann::json wish{{"lenient", lenient == "true"}};
    std::string body;
    const auto type = call.request.header("Content-Type");
    bool files = false;
    if (type.starts_with("application/json")) {
        const auto json = call.body();
        if (json.is_object() && json.contains("files")) {
            files = true;
            if (!json["files"].is_array() || json["files"].empty() || json.size() != 1)
                throw Failure(FailureKind::unprocessable, "files must be a list of absolute paths, and nothing beside it.");
            for (const auto& path : json["files"])
                if (!path.is_string())
                    throw Failure(FailureKind::unprocessable, "files must be a list of absolute paths.");
            wish["files"] = json["files"];
            wish["trusted"] = call.local;
        }
    } else if (!type.starts_with("application/fhir+json") && !type.starts_with("application/fhir+ndjson") &&
               !type.starts_with("application/ndjson") && !type.starts_with("application/x-ndjson")) {
        throw Failure(FailureKind::unsupportedMediaType, "Send a FHIR Bundle, NDJSON, or {\"files\": [...]}.");
    }
    if (!files) {
        body = call.request.body;
        if (body.empty()) throw Failure(FailureKind::badRequest, "There is nothing to import.");
    }
    const auto job = co_await office.jobs.add(*tenant, import::importKind, wish.dump(), std::move(body), call.caller.name);
    office.worker.kick();
    auto response = answer(202, shown(job, tenant->id()));
    response.headers.add("Content-Location", "/admin/api/Job/" + job.id);
    co_return response;
}

Task<http::Response> listJobs(Office& office, const Call& call) {
    const auto wanted = call.query("tenant");
    std::vector<nlohmann::ordered_json> resources;
    for (const auto& tenant : co_await office.directory.all()) {
        if (!wanted.empty() && tenant->id() != wanted) continue;
        for (const auto& job : co_await office.jobs.list(tenant->session(), shownJobs))
            resources.push_back(shown(job, tenant->id()));
    }
    const auto total = std::int64_t(resources.size());
    co_return answer(200, searchset(std::move(resources), total, ""));
}

Task<http::Response> getJob(Office& office, const Call& call) {
    const auto [tenant, job] = co_await jobOf(office, call.parameter("job"));
    co_return answer(200, shown(job, tenant->id()));
}

Task<http::Response> cancelJob(Office& office, const Call& call) {
    const auto [tenant, job] = co_await jobOf(office, call.parameter("job"));
    const bool cancelled = co_await office.jobs.cancel(tenant->session(), job.id);
    if (!cancelled) throw Failure(FailureKind::conflict, "The job has ended already.");
    office.worker.kick();
    http::Response response;
    response.status = 202;
    co_return response;
}

}  // namespace polyclinic::admin
