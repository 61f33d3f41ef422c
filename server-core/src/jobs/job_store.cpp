#include "jobs/job_store.h"

#include "base/failure.h"
#include "base/log.h"
#include "base/random.h"
#include "records/content.h"
#include "tenancy/rows_of.h"

namespace polyclinic::jobs {
namespace {

constexpr std::string_view shownJobs = "FROM job_queue q JOIN tenant t ON t.number = q.tenant WHERE t.state IN ('active', 'suspended')";

Job directoryJobAt(const db::Result& rows, std::size_t row) {
    Job job;
    job.id = rows.text(row, 0);
    job.tenantNumber = rows.int4(row, 1);
    job.tenant = rows.text(row, 2);
    job.kind = rows.text(row, 3);
    job.status = rows.text(row, 4);
    job.requestedBy = rows.text(row, 5);
    job.created = rows.timestamp(row, 6);
    job.updated = rows.timestamp(row, 7);
    return job;
}

std::string selectJobs(std::string_view more) {
    return "SELECT q.id, q.tenant, t.id, q.kind, q.status, q.requested_by, q.created, q.updated, count(*) OVER () " +
           std::string(shownJobs) + std::string(more);
}

Claim claimAt(const db::Result& rows, std::size_t row) {
    return {std::string(rows.text(row, 0)), rows.int4(row, 1), std::string(rows.text(row, 2)), rows.int4(row, 3)};
}

}  // namespace

Task<Job> JobStore::add(const tenancy::TenantContext& tenant, std::string kind, std::string parameters, std::string body,
                        std::string requestedBy) {
    static constexpr db::TenantSql insert(
        "INSERT INTO job (tenant_id, id, kind, status, wish, body, state, requested_by, created, updated) "
        "VALUES ($1, $2, $3, 'queued', $4, $5, '{}', $6, $7, $7)");
    Job job;
    job.id = randomUuid();
    job.tenantNumber = tenant.number();
    job.tenant = tenant.id();
    job.kind = std::move(kind);
    job.status = "queued";
    job.requestedBy = std::move(requestedBy);
    job.created = job.updated = clock_.now();
    job.parameters = std::move(parameters);
    db::Params params;
    params.text(job.id).text(job.kind).text(job.parameters);
    params.optionalBytea(body.empty() ? std::nullopt : std::optional(records::compressContent(body)));
    params.text(job.requestedBy).timestamp(job.created);
    auto session = rowsOf(tenant);
    co_await session.run({insert, std::move(params)}, db::QueryClass::heavy);
    // The directory's row comes second: a crash in between leaves a payload that nobody waits for, never a job without one.
    db::SystemSession directory(directory_);
    db::Params row;
    row.text(job.id).int4(job.tenantNumber).text(job.kind).timestamp(job.created).text(job.requestedBy);
    // Locked against whoever closes the tenant: a purge finds the row or leaves none to come.
    const auto added = co_await directory.run(
        "INSERT INTO job_queue (id, tenant, kind, created, updated, requested_by) "
        "SELECT $1, number, $3, $4, $4, $5 FROM tenant WHERE number = $2 AND state IN ('active', 'suspended') FOR SHARE RETURNING id",
        std::move(row));
    if (added.empty()) throw Failure(FailureKind::notFound, "There is no such tenant.");
    co_return job;
}

Task<std::optional<Job>> JobStore::find(std::string id) {
    db::SystemSession directory(directory_);
    const auto rows = co_await directory.run(selectJobs(" AND q.id = $1"), std::move(db::Params().text(id)));
    if (rows.empty()) co_return std::nullopt;
    co_return directoryJobAt(rows, 0);
}

Task<JobStore::Page> JobStore::list(std::string tenant, std::size_t most) {
    db::SystemSession directory(directory_);
    db::Params params;
    params.int8(std::int64_t(most));
    if (!tenant.empty()) params.text(tenant);
    std::string more = " ORDER BY q.created DESC, q.id DESC LIMIT $1";
    if (!tenant.empty()) more.insert(0, " AND t.id = $2");
    const auto sql = selectJobs(more);
    const auto rows = co_await directory.run(sql, std::move(params));
    Page page;
    for (std::size_t i = 0; i < rows.rows(); ++i) page.jobs.push_back(directoryJobAt(rows, i));
    if (!rows.empty()) page.total = rows.int8(0, 8);
    co_return page;
}

Task<std::string> JobStore::cancel(std::string id) {
    db::SystemSession directory(directory_);
    const auto rows = co_await directory.run(
        "UPDATE job_queue SET cancel_wanted = true, updated = $2, status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END "
        "WHERE id = $1 AND status IN ('queued', 'running') RETURNING status",
        std::move(db::Params().text(id).timestamp(clock_.now())));
    if (rows.empty()) co_return std::string();
    co_return std::string(rows.text(0, 0));
}

Task<void> JobStore::load(const tenancy::TenantContext& tenant, std::vector<Job>& jobs) {
    static constexpr db::TenantSql sql("SELECT id, wish, state FROM job WHERE tenant_id = $1 AND id = ANY($2)");
    std::vector<std::string> ids;
    for (const auto& job : jobs)
        if (job.tenantNumber == tenant.number()) ids.push_back(job.id);
    auto session = rowsOf(tenant);
    const auto rows = co_await session.run({sql, std::move(db::Params().textArray(ids))}, db::QueryClass::control);
    for (std::size_t i = 0; i < rows.rows(); ++i)
        for (auto& job : jobs)
            if (job.id == rows.text(i, 0)) {
                job.parameters = rows.text(i, 1);
                job.state = rows.text(i, 2);
            }
}

Task<std::string> JobStore::body(const tenancy::TenantContext& tenant, std::string id) {
    static constexpr db::TenantSql sql("SELECT body FROM job WHERE tenant_id = $1 AND id = $2 AND body IS NOT NULL");
    auto session = rowsOf(tenant);
    const auto rows = co_await session.run({sql, std::move(db::Params().text(id))}, db::QueryClass::heavy);
    if (rows.empty()) co_return std::string();
    co_return records::decompressContent(rows.text(0, 0));
}

Task<void> JobStore::saveState(const tenancy::TenantContext& tenant, std::string id, std::string state) {
    static constexpr db::TenantSql sql("UPDATE job SET status = 'running', state = $3, updated = $4 WHERE tenant_id = $1 AND id = $2");
    auto session = rowsOf(tenant);
    db::Params params;
    params.text(id).text(state).timestamp(clock_.now());
    co_await session.run({sql, std::move(params)}, db::QueryClass::control);
}

Task<std::optional<Claim>> JobStore::claim(std::chrono::seconds lease) {
    db::SystemSession directory(directory_);
    const auto now = clock_.now();
    const auto rows = co_await directory.run(
        "UPDATE job_queue SET status = 'running', attempts = attempts + 1, leased_until = $2, updated = $1 "
        "WHERE id = (SELECT q.id FROM job_queue q JOIN tenant t ON t.number = q.tenant "
        "WHERE q.status IN ('queued', 'running') AND (q.leased_until IS NULL OR q.leased_until < $1) AND q.attempts < $3 "
        "AND t.state = 'active' ORDER BY q.created LIMIT 1 FOR UPDATE OF q SKIP LOCKED) "
        "RETURNING id, tenant, kind, attempts",
        std::move(db::Params().timestamp(now).timestamp(now + lease).int4(mostAttempts)));
    if (rows.empty()) co_return std::nullopt;
    co_return claimAt(rows, 0);
}

Task<std::vector<Claim>> JobStore::endDead() {
    db::SystemSession directory(directory_);
    const auto rows = co_await directory.run(
        "UPDATE job_queue SET status = 'failed', leased_until = NULL, updated = $1 "
        "WHERE status = 'running' AND leased_until < $1 AND attempts >= $2 RETURNING id, tenant, kind, attempts",
        std::move(db::Params().timestamp(clock_.now()).int4(mostAttempts)));
    std::vector<Claim> dead;
    for (std::size_t i = 0; i < rows.rows(); ++i) dead.push_back(claimAt(rows, i));
    co_return dead;
}

Task<JobStore::Renewal> JobStore::renew(const Claim& claim, std::chrono::seconds lease) {
    db::SystemSession directory(directory_);
    const auto now = clock_.now();
    const auto rows = co_await directory.run(
        "UPDATE job_queue SET leased_until = $3, updated = $4 WHERE id = $1 AND attempts = $2 AND status = 'running' "
        "RETURNING cancel_wanted, (SELECT t.state = 'active' FROM tenant t WHERE t.number = job_queue.tenant)",
        std::move(db::Params().text(claim.id).int4(claim.attempt).timestamp(now + lease).timestamp(now)));
    if (rows.empty()) co_return Renewal::lost;
    if (rows.boolean(0, 0)) co_return Renewal::cancelled;
    co_return rows.boolean(0, 1) ? Renewal::held : Renewal::tenantStopped;
}

Task<std::optional<Job>> JobStore::claimed(const tenancy::TenantContext& tenant, const Claim& claim) {
    static constexpr db::TenantSql sql("SELECT wish, state, status, requested_by, created FROM job WHERE tenant_id = $1 AND id = $2");
    auto session = rowsOf(tenant);
    const auto rows = co_await session.run({sql, std::move(db::Params().text(claim.id))}, db::QueryClass::control);
    if (rows.empty()) co_return std::nullopt;
    Job job;
    job.id = claim.id;
    job.tenantNumber = claim.tenantNumber;
    job.kind = claim.kind;
    job.parameters = rows.text(0, 0);
    job.state = rows.text(0, 1);
    job.status = rows.text(0, 2);
    job.requestedBy = rows.text(0, 3);
    job.created = rows.timestamp(0, 4);
    co_return job;
}

Task<void> JobStore::end(const tenancy::TenantContext& tenant, const Claim& claim, std::string status, std::string state) {
    static constexpr db::TenantSql sql(
        "UPDATE job SET status = $3, state = $4, updated = $5, body = NULL WHERE tenant_id = $1 AND id = $2");
    auto session = rowsOf(tenant);
    db::Params params;
    params.text(claim.id).text(status).text(state).timestamp(clock_.now());
    co_await session.run({sql, std::move(params)}, db::QueryClass::control);
    co_await endInDirectory(claim, std::move(status));
}

Task<void> JobStore::endInDirectory(const Claim& claim, std::string status) {
    db::SystemSession directory(directory_);
    co_await directory.run(
        "UPDATE job_queue SET status = $3, leased_until = NULL, updated = $4 WHERE id = $1 AND attempts = $2 AND status = 'running'",
        std::move(db::Params().text(claim.id).int4(claim.attempt).text(status).timestamp(clock_.now())));
}

Task<void> JobStore::release(const Claim& claim) {
    db::SystemSession directory(directory_);
    co_await directory.run(
        "UPDATE job_queue SET status = 'queued', leased_until = NULL, attempts = attempts - 1, updated = $3 "
        "WHERE id = $1 AND attempts = $2 AND status = 'running'",
        std::move(db::Params().text(claim.id).int4(claim.attempt).timestamp(clock_.now())));
}

Task<void> JobStore::listFormer(tenancy::TenantDirectory& tenants) {
    db::SystemSession directory(directory_);
    const auto rows =
        co_await directory.run("SELECT number FROM tenant WHERE NOT jobs_listed AND state IN ('active', 'suspended') ORDER BY number");
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        const auto number = rows.int4(i, 0);
        try {
            if (const auto tenant = co_await tenants.byNumber(number)) co_await listFormer(*tenant);
        } catch (const std::exception& error) {
            log::warn("former jobs of tenant {} could not be listed: {}", number, error.what());
        }
    }
}

Task<void> JobStore::listFormer(const tenancy::TenantContext& tenant) {
    static constexpr db::TenantSql sql(
        "SELECT id, kind, status, requested_by, created, updated FROM job WHERE tenant_id = $1 ORDER BY created");
    auto session = rowsOf(tenant);
    const auto jobs = co_await session.run({sql, db::Params()}, db::QueryClass::control);
    db::SystemSession directory(directory_);
    for (std::size_t i = 0; i < jobs.rows(); ++i) {
        // One that had not ended and stands in no queue waited for nobody; it is over.
        auto status = std::string(jobs.text(i, 2));
        if (status == "queued" || status == "running") status = "failed";
        db::Params params;
        params.text(jobs.text(i, 0)).int4(tenant.number()).text(jobs.text(i, 1)).text(status).text(jobs.text(i, 3));
        params.timestamp(jobs.timestamp(i, 4)).timestamp(jobs.timestamp(i, 5));
        co_await directory.run(
            "INSERT INTO job_queue (id, tenant, kind, status, requested_by, created, updated) VALUES ($1, $2, $3, $4, $5, $6, $7) "
            "ON CONFLICT (id) DO UPDATE SET requested_by = excluded.requested_by",
            std::move(params));
    }
    co_await directory.run("UPDATE tenant SET jobs_listed = true WHERE number = $1", std::move(db::Params().int4(tenant.number())));
}

}  // namespace polyclinic::jobs
