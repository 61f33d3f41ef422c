#include "records/search/search.h"

#include <optional>

#include "fhir/definitions/definitions.h"
#include "records/content.h"
#include "records/search/sql.h"

namespace polyclinic::records {
namespace {

/// Text of the records of one page, beyond which it ends: the next page goes on there.
constexpr std::size_t longestPage = 64 << 20;

/// How many bytes of each record's frame a search asks for: what most records are smaller than, and little in all.
std::size_t askedOf(std::size_t count) { return count <= 32 ? 64 << 10 : count <= 128 ? 16 << 10 : 4 << 10; }

/// What a page is made with.
struct Page {
    const sql::Plan& plan;
    const db::TenantSession& session;
    AnswerRoom& room;
    SearchPage& into;
    std::size_t text = 0;
    bool full = false;
};

void append(const db::Result& rows, Page& page) {
    const auto& query = page.plan.query;
    const auto type = fhir::typeCode(query.type);
    auto& resources = page.into.resources;
    for (std::size_t i = 0; i < rows.rows() && !page.full; ++i) {
        StoredResource resource;
        resource.type = type;
        resource.id = rows.text(i, sql::columnId);
        resource.version = rows.int8(i, sql::columnVersion);
        resource.updated = rows.timestamp(i, sql::columnUpdated);
        resource.patients = rows.optionalText(i, sql::columnPatient);
        page.room.keep(resource, rows.text(i, sql::columnContent), askedOf(query.count), page.session);
        page.text += resource.large ? resource.large->size : resource.json.size();
        resources.push_back(std::move(resource));
        page.full = resources.size() == query.count || page.text >= longestPage;
        if (page.full) page.into.next = query.seal.close(sql::positionOf(page.plan, rows, i));
    }
}

/// Only the beginning of each content, and of those only that are on the page: the select list of a sorted statement would
/// be worked out for every row that is sorted.
db::TenantStatement cut(db::TenantStatement statement, const sql::Plan& plan) {
    std::string names, columns;
    for (std::size_t i = 0; i < sql::columnKeys + plan.query.sort.size(); ++i) {
        const auto name = "c" + std::to_string(i);
        names += (i ? ", " : "") + name;
        columns += (i ? ", " : "") +
                   (i == sql::columnContent ? "substring(" + name + ", 1, " + std::to_string(askedOf(plan.query.count)) + ")" : name);
    }
    statement.sql = "SELECT " + columns + " FROM (" + statement.sql + ") AS page(" + names + ")";
    return statement;
}

/// The page ended by its size, before the rows that were found did.
bool endedEarly(const Page& page, std::size_t found) {
    return page.full && page.into.resources.size() < page.plan.query.count && page.into.resources.size() < found;
}

/// A page of a leading predicate that has few rows: whatever else is asked, no more than those are read. Nothing where it has many.
Task<std::optional<SearchPage>> searchFew(db::TenantSession& session, const sql::Plan& plan, std::size_t limit, bool onlyWithoutKey,
                                          Disconnect* disconnect, AnswerRoom& room) {
    auto page = std::make_optional<SearchPage>();
    auto fetchAndSort = cut(sql::fetchAndSort(plan, limit, true, onlyWithoutKey), plan);
    const auto rows = co_await session.run(std::move(fetchAndSort), db::QueryClass::quick, disconnect);
    if (rows.empty()) {  // of none or of many
        auto ask = sql::hasMany(plan);
        const auto many = co_await session.run(std::move(ask), db::QueryClass::quick, disconnect);
        if (!many.empty()) page.reset();
    }
    if (!page) co_return page;
    Page filling{plan, session, room, *page};
    append(rows, filling);
    if (rows.rows() < limit && !endedEarly(filling, rows.rows())) page->next.clear();
    if (!plan.query.after && rows.rows() < limit) page->total = static_cast<std::int64_t>(rows.rows());
    co_return page;
}

}  // namespace

Task<SearchPage> search(db::TenantSession session, const fhir::SearchQuery& query, const std::vector<access::ScopePredicate>& scope,
                        Disconnect* disconnect, AnswerRoom* room) {
    const auto plan = sql::planOf(query, scope);
    const std::size_t limit = query.count + 1;  // one more tells whether there is a next page
    const bool counts = query.countOnly || (query.total && *query.total != fhir::Total::none);
    // Behind a resource without a value of the sort key only such ones follow.
    const bool keysAreOver = plan.canWalk && query.after && !query.after->keys.front();
    const bool scansInOrder = plan.canWalk && !keysAreOver, scansBounded = plan.scansBounded && scansInOrder;
    const auto bound = counts ? sql::Bound::nothing : sql::boundOf(plan);
    AnswerRoom own;
    if (bound == sql::Bound::leadingPredicate && !scansBounded) {
        auto few = co_await searchFew(session, plan, limit, keysAreOver, disconnect, room ? *room : own);
        if (few) co_return std::move(*few);
    }
    const bool isShort = bound == sql::Bound::page ? !keysAreOver : bound == sql::Bound::leadingPredicate && scansBounded;
    const auto queryClass = isShort ? db::QueryClass::quick : db::QueryClass::heavy;

    std::vector<db::TenantStatement> statements;
    if (!query.countOnly) {
        if (scansBounded)
            statements.push_back(cut(sql::boundedIndexScan(plan, limit), plan));
        else if (scansInOrder)
            statements.push_back(cut(sql::indexOrderScan(plan, limit, plan.hasLeadingPredicate()), plan));
        const auto rare = scansBounded ? sql::rareRows : sql::fewRows;
        if (!scansInOrder || plan.hasLeadingPredicate())
            statements.push_back(cut(sql::fetchAndSort(plan, limit, scansInOrder, keysAreOver, rare), plan));
    }
    if (counts) statements.push_back(sql::count(plan));
    const auto results = co_await session.runAll(std::move(statements), queryClass, disconnect);

    SearchPage page;
    Page filling{plan, session, room ? *room : own, page};
    if (counts) page.total = results.back().int8(0, 0);
    if (query.countOnly) co_return page;
    std::size_t found = results[0].rows();
    append(results[0], filling);
    std::size_t fetched = scansInOrder && plan.hasLeadingPredicate() ? results[1].rows() : 0;
    if (fetched > 0) append(results[1], filling);
    found += fetched;

    // A bounded scan that was given up: the leading predicate's few rows, or the whole scan in order for those of many.
    for (const bool many : {false, true}) {
        if (!scansBounded || fetched > 0 || found >= limit) break;
        auto again = cut(many ? sql::indexOrderScan(plan, limit, true) : sql::fetchAndSort(plan, limit, true), plan);
        const auto all = co_await session.run(std::move(again), many ? db::QueryClass::heavy : queryClass, disconnect);
        if (all.empty()) continue;  // what the bounded scan found is among it
        page.resources.clear();
        page.next.clear();
        filling.text = 0;
        filling.full = false;
        append(all, filling);
        found = all.rows();
        if (!many) fetched = found;
    }
    if (scansInOrder && fetched == 0 && found < limit && !sql::keyIsSure(plan)) {
        auto without = cut(sql::fetchAndSort(plan, limit - found, false, true), plan);
        const auto rest = co_await session.run(std::move(without), db::QueryClass::heavy, disconnect);
        append(rest, filling);
        found += rest.rows();
    }
    if (found < limit && !endedEarly(filling, found)) page.next.clear();
    if (!page.total && !query.after && found < limit) page.total = static_cast<std::int64_t>(found);
    co_return page;
}

db::TenantStatement matchStatement(const fhir::SearchQuery& query, std::size_t most, const std::vector<access::ScopePredicate>& scope) {
    return sql::fetchAndSort(sql::planOf(query, scope), most);
}

}  // namespace polyclinic::records
