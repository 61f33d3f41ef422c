#include "store/search.h"

#include <optional>

#include "fhir/definitions/definitions.h"
#include "store/content.h"
#include "store/search_conditions.h"
#include "store/search_sql.h"

namespace polyclinic::store {
namespace {

void append(const sql::Plan& plan, const db::Result& rows, SearchPage& page) {
    const auto type = fhir::typeCode(plan.query.type);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        if (page.resources.size() == plan.query.count) return;
        StoredResource resource;
        resource.type = type;
        resource.id = rows.text(i, sql::columnId);
        resource.version = rows.int8(i, sql::columnVersion);
        resource.updated = rows.timestamp(i, sql::columnUpdated);
        resource.json = decompressContent(rows.text(i, sql::columnContent));
        page.resources.push_back(std::move(resource));
        if (page.resources.size() == plan.query.count) page.next = plan.query.seal.close(sql::positionOf(plan, rows, i));
    }
}

/// A page of a driver that has few rows: whatever else is asked, no more than those are read. Nothing where it has many.
Task<std::optional<SearchPage>> searchFew(db::TenantSession& session, const sql::Plan& plan, std::size_t limit, bool onlyWithoutKey,
                                          Disconnect* disconnect) {
    auto page = std::make_optional<SearchPage>();
    auto gather = sql::gather(plan, limit, true, onlyWithoutKey);
    const auto rows = co_await session.run(std::move(gather), db::Lane::quick, disconnect);
    if (rows.empty()) {  // of none or of many
        auto ask = sql::hasMany(plan);
        const auto many = co_await session.run(std::move(ask), db::Lane::quick, disconnect);
        if (!many.empty()) page.reset();
    }
    if (page) append(plan, rows, *page);
    if (page && rows.rows() < limit) page->next.clear();
    if (page && !plan.query.after && rows.rows() < limit) page->total = static_cast<std::int64_t>(rows.rows());
    co_return page;
}

}  // namespace

Task<SearchPage> search(db::TenantSession session, const fhir::SearchQuery& query, const std::vector<ScopePredicate>& scope,
                        Disconnect* disconnect) {
    const auto plan = sql::planOf(query, scope);
    const std::size_t limit = query.count + 1;  // one more tells whether there is a next page
    const bool counts = query.countOnly || (query.total && *query.total != fhir::Total::none);
    // Behind a resource without a value of the sort key only such ones follow.
    const bool keysAreOver = plan.canWalk && query.after && !query.after->keys.front();
    const bool walks = plan.canWalk && !keysAreOver, strolls = plan.strolls && walks;
    const auto bound = counts ? sql::Bound::nothing : sql::boundOf(plan);
    if (bound == sql::Bound::driver && !strolls) {
        auto few = co_await searchFew(session, plan, limit, keysAreOver, disconnect);
        if (few) co_return std::move(*few);
    }
    const bool isShort = bound == sql::Bound::page ? !keysAreOver : bound == sql::Bound::driver && strolls;
    const auto lane = isShort ? db::Lane::quick : db::Lane::heavy;

    std::vector<db::TenantStatement> statements;
    if (!query.countOnly) {
        if (strolls) statements.push_back(sql::stroll(plan, limit));
        else if (walks) statements.push_back(sql::walk(plan, limit, plan.hasDriver()));
        const auto rare = strolls ? sql::rareRows : sql::fewRows;
        if (!walks || plan.hasDriver()) statements.push_back(sql::gather(plan, limit, walks, keysAreOver, rare));
    }
    if (counts) statements.push_back(sql::count(plan));
    const auto results = co_await session.runAll(std::move(statements), lane, disconnect);

    SearchPage page;
    if (counts) page.total = results.back().int8(0, 0);
    if (query.countOnly) co_return page;
    std::size_t found = results[0].rows();
    append(plan, results[0], page);
    std::size_t gathered = walks && plan.hasDriver() ? results[1].rows() : 0;
    if (gathered > 0) append(plan, results[1], page);
    found += gathered;

    // A stroll that was given up: the driver's few rows, or the walk to its end for those of many.
    for (const bool many : {false, true}) {
        if (!strolls || gathered > 0 || found >= limit) break;
        auto again = many ? sql::walk(plan, limit, true) : sql::gather(plan, limit, true);
        const auto all = co_await session.run(std::move(again), many ? db::Lane::heavy : lane, disconnect);
        if (all.empty()) continue;  // what the stroll found is among it
        page.resources.clear();
        page.next.clear();
        append(plan, all, page);
        found = all.rows();
        if (!many) gathered = found;
    }
    if (walks && gathered == 0 && found < limit && !sql::keyIsSure(plan)) {
        auto without = sql::gather(plan, limit - found, false, true);
        const auto rest = co_await session.run(std::move(without), db::Lane::heavy, disconnect);
        append(plan, rest, page);
        found += rest.rows();
    }
    if (found < limit) page.next.clear();
    if (!page.total && !query.after && found < limit) page.total = static_cast<std::int64_t>(found);
    co_return page;
}

db::TenantStatement matchStatement(const fhir::SearchQuery& query, std::size_t most, const std::vector<ScopePredicate>& scope) {
    return sql::gather(sql::planOf(query, scope), most);
}

}  // namespace polyclinic::store
