// $import and Job: start, watch, cancel.

#include <set>

#include "base/failure.h"
#include "base/log.h"
#include "import/import_job.h"
#include "operator_api/handlers.h"

namespace polyclinic::operator_api {
namespace {

constexpr std::size_t shownJobs = 100;

nlohmann::ordered_json shown(const jobs::Job& job) {
    nlohmann::ordered_json json{{"resourceType", "Job"},
                                {"id", job.id},
                                {"tenant", job.tenant},
                                {"kind", job.kind},
                                {"status", job.status},
                                {"requestedBy", job.requestedBy},
                                {"created", toInstant(job.created)},
                                {"updated", toInstant(job.updated)}};
    const auto state = nlohmann::ordered_json::parse(job.state);
    for (const auto& member : state.items()) json[member.key()] = member.value();
    if (job.status == "failed" && !json.contains("failure")) json["failure"] = "The job did not come to its end.";
    return json;
}

/// Progress and result of the jobs, from the tenants' own rows. One whose database does not answer is shown without.
Task<void> loadStates(OperatorServices& services, std::vector<jobs::Job>& jobs) {
    std::set<std::int32_t> numbers;
    for (const auto& job : jobs) numbers.insert(job.tenantNumber);
    for (const auto number : numbers) {
        try {
            const auto tenant = co_await services.directory.byNumber(number);
            if (tenant) co_await services.jobs.load(*tenant, jobs);
        } catch (const Failure& failure) {
            if (jobs.size() == 1) throw;
            log::warn("progress of the jobs of tenant {} could not be read: {}", number, failure.what());
        }
    }
}

Task<jobs::Job> jobOf(OperatorServices& services, std::string id) {
    auto job = co_await services.jobs.find(id);
    if (!job) throw Failure(FailureKind::notFound, "There is no such job.");
    co_return std::move(*job);
}

}  // namespace

Task<http::Response> startImport(OperatorServices& services, const Call& call) {
    const auto tenant = co_await tenantOf(services, call);
    if (tenant->record().state != tenancy::TenantState::active)
        throw Failure(FailureKind::conflict, "The clinic is suspended. Resume it before importing.");
    const auto lenient = call.query("lenient");
    if (!lenient.empty() && lenient != "true" && lenient != "false")
        throw Failure(FailureKind::badRequest, "lenient may be true or false.");

    nlohmann::json parameters{{"lenient", lenient == "true"}};
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
                if (!path.is_string()) throw Failure(FailureKind::unprocessable, "files must be a list of absolute paths.");
            parameters["files"] = json["files"];
            parameters["trusted"] = call.local;
        }
    } else if (!type.starts_with("application/fhir+json") && !type.starts_with("application/fhir+ndjson") &&
               !type.starts_with("application/ndjson") && !type.starts_with("application/x-ndjson")) {
        throw Failure(FailureKind::unsupportedMediaType, "Send a FHIR Bundle, NDJSON, or {\"files\": [...]}.");
    }
    if (!files) {
        body = call.request.body;
        if (body.empty()) throw Failure(FailureKind::badRequest, "There is nothing to import.");
    }
    const auto job = co_await services.jobs.add(*tenant, import::importKind, parameters.dump(), std::move(body), call.caller.name);
    services.worker.kick();
    auto response = answer(202, shown(job));
    response.headers.add("Content-Location", "/admin/api/Job/" + job.id);
    co_return response;
}

Task<http::Response> listJobs(OperatorServices& services, const Call& call) {
    auto page = co_await services.jobs.list(call.query("tenant"), shownJobs);
    co_await loadStates(services, page.jobs);
    std::vector<nlohmann::ordered_json> resources;
    for (const auto& job : page.jobs) resources.push_back(shown(job));
    co_return answer(200, searchset(std::move(resources), page.total, ""));
}

Task<http::Response> getJob(OperatorServices& services, const Call& call) {
    std::vector<jobs::Job> jobs;
    jobs.push_back(co_await jobOf(services, call.parameter("job")));
    co_await loadStates(services, jobs);
    co_return answer(200, shown(jobs.front()));
}

Task<http::Response> cancelJob(OperatorServices& services, const Call& call) {
    const auto job = co_await jobOf(services, call.parameter("job"));
    const auto status = co_await services.jobs.cancel(job.id);
    if (status.empty()) throw Failure(FailureKind::conflict, "The job has ended already.");
    if (status == "cancelled") {  // its payload is of no use any more
        const auto tenant = co_await services.directory.byNumber(job.tenantNumber);
        const jobs::Claim none{job.id, job.tenantNumber, job.kind, 0};
        if (tenant) co_await services.jobs.end(*tenant, none, "cancelled", "{}");
    }
    services.worker.kick();
    http::Response response;
    response.status = 202;
    co_return response;
}

}  // namespace polyclinic::operator_api
