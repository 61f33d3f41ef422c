#include "store/scoped_reader.h"

#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "store/content.h"

namespace polyclinic::store {
namespace {

constexpr int succeeded = 0, minorFailure = 4;

/// Columns: version, updated, deleted, content.
StoredResource at(const db::Result& rows, std::size_t row, std::int32_t type, const std::string& id) {
    StoredResource resource;
    resource.type = type;
    resource.id = id;
    resource.version = rows.int8(row, 0);
    resource.updated = rows.timestamp(row, 1);
    resource.deleted = rows.boolean(row, 2);
    if (!resource.deleted) resource.json = decompressContent(rows.text(row, 3));
    return resource;
}

Failure unknownResource() { return Failure(FailureKind::notFound, "There is no such resource."); }
Failure deletedResource() { return Failure(FailureKind::gone, "The resource was deleted.").withCode("deleted"); }

}  // namespace

Task<void> ScopedReader::note(std::string interaction, std::string_view type, std::string id, int outcome, int count) {
    AuditEntry entry;
    entry.action = interaction == "search-type" ? 'E' : 'R';
    entry.interaction = std::move(interaction);
    entry.type = type.empty() ? 0 : fhir::typeCode(type);
    entry.resourceId = std::move(id);
    entry.outcome = outcome;
    entry.count = count;
    co_await audit_->note(tenant_->session(), actor_, std::move(entry));
}

Task<StoredResource> ScopedReader::read(std::string type, std::string id) {
    demand(scope_, Verb::read, type);
    static constexpr db::TenantSql sql(
        "SELECT version, updated, deleted, content FROM resource WHERE tenant_id = $1 AND type = $2 AND id = $3");
    const auto code = fhir::typeCode(type);
    const auto rows = co_await tenant_->session().run({sql, std::move(db::Params().int4(code).text(id))});
    const bool found = !rows.empty() && !rows.boolean(0, 2);
    co_await note("read", type, id, found ? succeeded : minorFailure, found);
    if (rows.empty()) throw unknownResource();
    if (!found) throw deletedResource();
    co_return at(rows, 0, code, id);
}

Task<StoredResource> ScopedReader::vread(std::string type, std::string id, std::int64_t version) {
    demand(scope_, Verb::read, type);
    static constexpr db::TenantSql sql(
        "SELECT version, updated, deleted, content FROM resource "
        "WHERE tenant_id = $1 AND type = $2 AND id = $3 AND version = $4 UNION ALL "
        "SELECT version, updated, deleted, content FROM resource_history "
        "WHERE tenant_id = $1 AND type = $2 AND id = $3 AND version = $4");
    const auto code = fhir::typeCode(type);
    const auto rows = co_await tenant_->session().run({sql, std::move(db::Params().int4(code).text(id).int8(version))});
    const bool found = !rows.empty() && !rows.boolean(0, 2);
    co_await note("vread", type, id, found ? succeeded : minorFailure, found);
    if (rows.empty()) throw unknownResource();
    if (!found) throw deletedResource();
    co_return at(rows, 0, code, id);
}

Task<std::vector<StoredResource>> ScopedReader::history(std::string type, std::string id, std::size_t most) {
    demand(scope_, Verb::read, type);
    static constexpr db::TenantSql sql(
        "SELECT version, updated, deleted, content FROM ("
        "SELECT version, updated, deleted, content FROM resource WHERE tenant_id = $1 AND type = $2 AND id = $3 UNION ALL "
        "SELECT version, updated, deleted, content FROM resource_history "
        "WHERE tenant_id = $1 AND type = $2 AND id = $3) AS v ORDER BY version DESC LIMIT $4");
    const auto code = fhir::typeCode(type);
    const auto rows =
        co_await tenant_->session().run({sql, std::move(db::Params().int4(code).text(id).int8(std::int64_t(most)))});
    co_await note("history-instance", type, id, rows.empty() ? minorFailure : succeeded, int(rows.rows()));
    if (rows.empty()) throw unknownResource();
    std::vector<StoredResource> versions;
    for (std::size_t i = 0; i < rows.rows(); ++i) versions.push_back(at(rows, i, code, id));
    co_return versions;
}

Task<SearchPage> ScopedReader::search(const fhir::SearchQuery& query, Disconnect* disconnect) {
    demand(scope_, Verb::search, query.type);
    auto page = co_await store::search(tenant_->session(), query, {}, disconnect);
    co_await note("search-type", query.type, {}, succeeded, int(page.resources.size()));
    co_return page;
}

Task<std::vector<std::pair<std::int32_t, std::int64_t>>> ScopedReader::counts() {
    if (!decide(scope_, Verb::search, 0)) throw Failure(FailureKind::forbidden, "The access token may not count everything.");
    static constexpr db::TenantSql sql(
        "SELECT type, count(*) FROM resource WHERE tenant_id = $1 AND NOT deleted GROUP BY type");
    const auto rows = co_await tenant_->session().run({sql, {}}, db::Lane::heavy);
    std::vector<std::pair<std::int32_t, std::int64_t>> counts;
    for (std::size_t i = 0; i < rows.rows(); ++i) counts.emplace_back(rows.int4(i, 0), rows.int8(i, 1));
    co_return counts;
}

}  // namespace polyclinic::store
