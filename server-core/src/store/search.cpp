#include "store/search.h"

#include <algorithm>

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

/// A search that reads little by its plan goes where short reads go; one that may read a whole type does not.
db::Lane laneOf(const sql::Plan& plan) {
    const auto& criteria = plan.query.criteria;
    const bool scans = std::ranges::any_of(criteria, [&](const auto& c) {
        return c.match == fhir::Match::contains || (&c == plan.driver && sql::isPresence(c));
    });
    return (plan.hasDriver() || plan.byId) && !scans && criteria.size() <= 3 ? db::Lane::quick : db::Lane::heavy;
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

    std::vector<db::TenantStatement> statements;
    if (!query.countOnly) {
        if (strolls) statements.push_back(sql::stroll(plan, limit));
        else if (walks) statements.push_back(sql::walk(plan, limit, plan.hasDriver()));
        const auto rare = strolls ? sql::rareRows : sql::fewRows;
        if (!walks || plan.hasDriver()) statements.push_back(sql::gather(plan, limit, walks, keysAreOver, rare));
    }
    if (counts) statements.push_back(sql::count(plan));
    const auto results = co_await session.runAll(std::move(statements), counts ? db::Lane::heavy : laneOf(plan), disconnect);

    SearchPage page;
    if (counts) page.total = results.back().int8(0, 0);
    if (query.countOnly) co_return page;
    std::size_t found = results[0].rows();
    append(plan, results[0], page);
    std::size_t gathered = walks && plan.hasDriver() ? results[1].rows() : 0;
    if (gathered > 0) append(plan, results[1], page);
    found += gathered;

    if (strolls && gathered == 0 && found < limit) {
        const auto all = co_await session.run(sql::gather(plan, limit, true), laneOf(plan), disconnect);
        gathered = all.rows();
        if (gathered > 0) {  // what the stroll found is among it
            page.resources.clear();
            page.next.clear();
            append(plan, all, page);
            found = gathered;
        }
    }
    if (walks && gathered == 0 && found < limit && !sql::keyIsSure(plan)) {
        const auto rest = co_await session.run(sql::gather(plan, limit - found, false, true), laneOf(plan), disconnect);
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
