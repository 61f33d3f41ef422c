#include "search_fixture.h"

#include "fhir/search/reference_target.h"

namespace polyclinic::test {
namespace {

std::int32_t typeOf(const json::Value& resource) {
    const auto text = std::string(resource.stringAt("resourceType")) + "/x";
    return fhir::parseReference(text, {}, false)->type;
}

records::VersionRow versionOf(const json::Value& resource, std::int64_t rid, std::int64_t version) {
    records::VersionRow row;
    row.type = typeOf(resource);
    row.id = resource.stringAt("id");
    row.rid = rid;
    row.version = version;
    row.updated = Clock::system().now();
    row.content = records::compressContent(json::toString(resource));
    return row;
}

Task<void> commit(db::TenantSession session, std::vector<db::TenantStatement> statements) {
    auto transaction = co_await session.begin();
    co_await transaction.runAndCommit(std::move(statements));
}

Task<db::Result> run(db::TenantSession session, db::TenantStatement statement) {
    co_return co_await session.run(std::move(statement), db::QueryClass::heavy);
}

Task<std::vector<db::Result>> runAll(db::Database& database, std::vector<db::Statement> statements) {
    co_return co_await database.run(std::move(statements), db::QueryClass::heavy);
}

}  // namespace

void SearchFixture::write(const std::vector<const json::Value*>& resources, int tenant) {
    records::WriteBatch batch(1);
    for (const auto* resource : resources) batch.create(versionOf(*resource, nextRowId(), 1), fhir::extract(*resource));
    runBlocking(loop(), commit(session(tenant), batch.statements()));
}

void SearchFixture::replace(const json::Value& before, const json::Value& after, std::int64_t rid, int tenant) {
    records::WriteBatch batch(1);
    batch.replace(versionOf(after, rid, 2), fhir::extract(before), fhir::extract(after));
    runBlocking(loop(), commit(session(tenant), batch.statements()));
}

Found SearchFixture::search(std::string_view type, std::string_view query, const std::vector<access::ScopePredicate>& scope, int tenant) {
    const auto fields = parseForm(query);
    if (!fields) throw Failure(FailureKind::badRequest, "malformed query");
    const auto parsed = fhir::parseQuery(type, *fields, options(tenant));
    const auto page = runBlocking(loop(), records::search(session(tenant), parsed, scope));
    Found found{{}, page.next, page.total};
    for (const auto& resource : page.resources) found.names.push_back(std::string(type) + "/" + resource.id);
    return found;
}

std::vector<std::string> SearchFixture::everyPage(std::string_view type, const std::string& query, int tenant) {
    std::vector<std::string> names;
    std::string cursor;
    do {
        const auto page = search(type, cursor.empty() ? query : query + "&_cursor=" + cursor, {}, tenant);
        names.insert(names.end(), page.names.begin(), page.names.end());
        cursor = page.next;
    } while (!cursor.empty());
    return names;
}

std::vector<std::string> SearchFixture::plan(const db::TenantStatement& statement, int tenant) {
    auto values = statement;  // as literals, since EXECUTE takes no parameters
    values.sql = "SELECT 'int', $1::text";
    for (std::size_t i = 2; i < statement.params.size() + 2; ++i) {
        const auto value = "$" + std::to_string(i);
        values.sql += ", pg_typeof(" + value + ")::text, quote_literal(" + value + "::text)";
    }
    const auto told = runBlocking(loop(), run(session(tenant), std::move(values)));
    std::string types, list;
    for (std::size_t i = 0; i <= statement.params.size(); ++i) {
        types += (i ? ", " : "") + std::string(told.text(0, 2 * i));
        list += (i ? ", " : "") + std::string(told.text(0, 2 * i + 1));
    }

    std::vector<db::Statement> statements;
    for (const auto& sql :
         {"SELECT set_config('app.tenant', '" + std::to_string(tenant) + "', true)", "PREPARE asked(" + types + ") AS " + statement.sql,
          "EXPLAIN (ANALYZE, BUFFERS, COSTS off, TIMING off) EXECUTE asked(" + list + ")", std::string("DEALLOCATE asked")})
        statements.push_back({sql, {}});
    const auto results = runBlocking(loop(), runAll(*database_, std::move(statements)));
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < results[2].rows(); ++i) lines.emplace_back(results[2].text(i, 0));
    return lines;
}

void SearchFixture::administer(const std::string& sql) {
    OpenDatabase admin(cluster_.asBootstrap(), loops_);
    oneNow(loops_, *admin, sql);
}

}  // namespace polyclinic::test
