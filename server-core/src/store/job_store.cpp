#include "store/job_store.h"

#include "base/random.h"
#include "store/content.h"

namespace polyclinic::store {
namespace {

Job jobAt(const db::Result& rows, std::size_t row) {
    Job job;
    job.id = rows.text(row, 0);
    job.kind = rows.text(row, 1);
    job.status = rows.text(row, 2);
    job.wish = rows.text(row, 3);
    job.state = rows.text(row, 4);
    job.requestedBy = rows.text(row, 5);
    job.created = rows.timestamp(row, 6);
    job.updated = rows.timestamp(row, 7);
    return job;
}

}  // namespace

Task<Job> JobStore::add(const tenancy::TenantContext& tenant, std::string kind, std::string wish, std::string body,
                        std::string requestedBy) {
    static constexpr db::TenantSql insert(
        "INSERT INTO job (tenant_id, id, kind, status, wish, body, state, requested_by, created, updated) "
        "VALUES ($1, $2, $3, 'queued', $4, $5, '{}', $6, $7, $7)");
    Job job{randomUuid(), std::move(kind), "queued", std::move(wish), "{}", std::move(requestedBy), clock_.now(), clock_.now()};
    db::Params params;
    params.text(job.id).text(job.kind).text(job.wish);
    params.optionalBytea(body.empty() ? std::nullopt : std::optional(compressContent(body)));
    params.text(job.requestedBy).timestamp(job.created);
    auto session = tenant.session();
    co_await session.run({insert, std::move(params)}, db::Lane::heavy);
    // The pointer comes second: a crash in between leaves a job that nobody waits for, never a pointer to nothing.
    db::SystemSession directory(directory_);
    co_await directory.run("INSERT INTO job_queue (id, tenant, kind, created) VALUES ($1, $2, $3, $4)",
                           std::move(db::Params().text(job.id).int4(tenant.number()).text(job.kind).timestamp(job.created)));
    co_return job;
}

Task<std::optional<Job>> JobStore::get(const db::TenantSession& sessionOf, std::string id) {
    static constexpr db::TenantSql sql(
        "SELECT id, kind, status, wish, state, requested_by, created, updated FROM job WHERE tenant_id = $1 AND id = $2");
    auto session = sessionOf;
    const auto rows = co_await session.run({sql, std::move(db::Params().text(id))}, db::Lane::control);
    if (rows.empty()) co_return std::nullopt;
    co_return jobAt(rows, 0);
}

Task<std::vector<Job>> JobStore::list(const db::TenantSession& sessionOf, std::size_t most) {
    static constexpr db::TenantSql sql(
        "SELECT id, kind, status, wish, state, requested_by, created, updated FROM job WHERE tenant_id = $1 "
        "ORDER BY created DESC LIMIT $2");
    auto session = sessionOf;
    const auto rows = co_await session.run({sql, std::move(db::Params().int8(std::int64_t(most)))}, db::Lane::control);
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < rows.rows(); ++i) jobs.push_back(jobAt(rows, i));
    co_return jobs;
}

Task<std::string> JobStore::body(const db::TenantSession& sessionOf, std::string id) {
    static constexpr db::TenantSql sql("SELECT body FROM job WHERE tenant_id = $1 AND id = $2 AND body IS NOT NULL");
    auto session = sessionOf;
    const auto rows = co_await session.run({sql, std::move(db::Params().text(id))}, db::Lane::heavy);
    if (rows.empty()) co_return std::string();
    co_return decompressContent(rows.text(0, 0));
}

Task<void> JobStore::save(const db::TenantSession& sessionOf, const Job& job) {
    static constexpr db::TenantSql sql(
        "UPDATE job SET status = $3, state = $4, updated = $5, body = CASE WHEN $6 THEN NULL ELSE body END "
        "WHERE tenant_id = $1 AND id = $2");
    auto session = sessionOf;
    co_await session.run({sql, std::move(db::Params()
                                             .text(job.id)
                                             .text(job.status)
                                             .text(job.state)
                                             .timestamp(clock_.now())
                                             .boolean(job.hasEnded()))},
                         db::Lane::control);
    if (job.hasEnded()) co_await forget(job.id);
}

Task<void> JobStore::forget(std::string id) {
    db::SystemSession directory(directory_);
    co_await directory.run("DELETE FROM job_queue WHERE id = $1", std::move(db::Params().text(id)));
}

Task<bool> JobStore::cancel(const db::TenantSession& session, std::string id) {
    auto job = co_await get(session, id);
    if (!job || job->hasEnded()) co_return false;
    db::SystemSession directory(directory_);
    co_await directory.run("UPDATE job_queue SET cancel_wanted = true WHERE id = $1", std::move(db::Params().text(id)));
    co_return true;
}

Task<std::optional<Claim>> JobStore::claim(std::chrono::seconds lease) {
    db::SystemSession directory(directory_);
    const auto now = clock_.now();
    const auto rows = co_await directory.run(
        "UPDATE job_queue SET leased_until = $2 WHERE id = (SELECT id FROM job_queue "
        "WHERE leased_until IS NULL OR leased_until < $1 ORDER BY created LIMIT 1 FOR UPDATE SKIP LOCKED) "
        "RETURNING id, tenant, kind",
        std::move(db::Params().timestamp(now).timestamp(now + lease)));
    if (rows.empty()) co_return std::nullopt;
    co_return Claim{std::string(rows.text(0, 0)), rows.int4(0, 1), std::string(rows.text(0, 2))};
}

Task<bool> JobStore::renew(std::string id, std::chrono::seconds lease) {
    db::SystemSession directory(directory_);
    const auto rows = co_await directory.run("UPDATE job_queue SET leased_until = $2 WHERE id = $1 RETURNING cancel_wanted",
                                             std::move(db::Params().text(id).timestamp(clock_.now() + lease)));
    co_return rows.empty() || rows.boolean(0, 0);
}

}  // namespace polyclinic::store
