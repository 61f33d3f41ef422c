// Three shapes.
//   fetchAndSort      rows of the most selective predicate's index (the leading predicate), the other nodes asked of
//                     each by its row number, then the resources, sorted. Without sort keys the leading predicate's
//                     index gives the order (rid) and the page stops after `limit` rows.
//   indexOrderScan    the sort key's index in its order, every node asked of each row, stops after `limit` rows.
//   boundedIndexScan  the same with the leading predicate's row numbers as a hashed set, given up after as many steps
//                     as fetching would take.
//   count             like fetchAndSort, counted.
// With a leading predicate and a sort key either can be the faster one by a factor of a thousand: both are sent, and
// each begins with counting at most fewRows + 1 rows of the leading predicate, after which one of them ends at once. One
// of few different values (a code, a category) often has some hundred rows, among which the newest twenty are found
// sooner by a bounded scan; where that was given up its rows are fetched.

#include "records/search/sql.h"

#include "base/encoding.h"
#include "fhir/definitions/definitions.h"
#include "records/search/conditions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {
namespace {

using fhir::Predicate;
using fhir::SortKey;
using fhir::Storage;

/// To fetch one row of a leading predicate takes as long as to scan so many steps.
constexpr int stepsEach = 8;

/// Builds one statement.
class SearchSqlBuilder {
  public:
    explicit SearchSqlBuilder(const Plan& plan) : plan_(plan), query_(plan.query) {}

    db::TenantStatement fetchAndSort(std::size_t limit, bool onlyIfRare, bool onlyWithoutKey, std::size_t rare) {
        std::string columns = "r.id, r.version, r.updated, r.content, r.rid, r.patient";
        const auto keys = keyExpressions("r.rid", "r");
        for (const auto& key : keys) columns += ", " + key;
        db::TenantSqlBuilder builder(columns, "resource", "r");
        builder.where("r.type = " + type() + " AND NOT r.deleted");
        if (plan_.hasLeadingPredicate()) {  // the page is cut before its resources are read
            builder.where("r.rid = ANY(ARRAY(" + leadingPage(limit, onlyWithoutKey) + "))");
            if (onlyIfRare) builder.where(leadingCount(rare) + " <= " + std::to_string(rare));
        } else {
            whereAll(builder, "r.rid", "r");
            if (onlyWithoutKey) builder.where(keys.front() + " IS NULL");
            if (query_.after) builder.where(behindCursor(keys, "r.rid", onlyWithoutKey));
        }
        std::vector<std::string> ordinals;
        for (std::size_t i = 0; i < keys.size(); ++i) ordinals.push_back(std::to_string(columnKeys + i + 1));
        builder.tail("ORDER BY " + order(ordinals, "r.rid") + " LIMIT " + std::to_string(limit));
        return {std::move(builder).build(), binder_.take()};
    }

    db::TenantStatement boundedIndexScan(std::size_t limit) {
        const auto key = keyExpressions("r.rid", "r").front();
        db::TenantSqlBuilder builder("r.id, r.version, r.updated, r.content, r.rid, r.patient, " + key, "resource", "r");
        builder.where("r.type = " + type() + " AND NOT r.deleted");
        builder.where("r.rid = ANY(ARRAY(" + boundedScanPage(limit) + "))");
        builder.tail("ORDER BY " + order({std::to_string(columnKeys + 1)}, "r.rid") + " LIMIT " + std::to_string(limit));
        return {std::move(builder).build(), binder_.take()};
    }

    db::TenantStatement indexOrderScan(std::size_t limit, bool onlyIfMany) {
        const auto& sort = query_.sort.front();
        const bool ofResource = sort.parameter->storage != Storage::index;
        const std::string table(tableOf(*sort.parameter)), s = ofResource ? "r" : "s";
        const auto key = s + "." + keyOf(sort).column, direction = std::string(sort.descending ? " DESC" : "");
        const std::string less = sort.descending ? " < " : " > ";
        db::TenantSqlBuilder builder("r.id, r.version, r.updated, r.content, r.rid, r.patient, " + key, table, s);
        const auto live = "r.type = " + type() + " AND NOT r.deleted";
        const Predicate* own = nullptr;
        if (ofResource) {
            builder.where(live);
        } else {
            builder.join("resource", "r", "r.rid = s.rid AND " + live);
            const auto param = "s.param = " + binder_.int4(sort.parameter->id);
            builder.where(param);
            own = ownPredicate(sort);
            if (own) builder.where(rowFits(*own, "s", binder_));
            if (sort.parameter->repeats) builder.where(bestOfResource(table, keyOf(sort).column, less));
        }
        whereAll(builder, s + ".rid", "r", own);
        if (onlyIfMany) builder.where(leadingCount(fewRows) + " > " + std::to_string(fewRows));
        if (query_.after) {
            const auto value = bindKey(sort, query_.after->keys.front().value_or(""), binder_);
            builder.where("(" + key + ", " + s + ".rid)" + less + "(" + value + ", " + binder_.int8(query_.after->rid) + ")");
        }
        builder.tail("ORDER BY " + key + direction + ", " + s + ".rid" + direction + " LIMIT " + std::to_string(limit));
        return {std::move(builder).build(), binder_.take()};
    }

    db::TenantStatement hasMany() {
        db::TenantSqlBuilder builder("1", driverTable(), "d");
        builder.where(driverFits("d"));
        builder.tail("OFFSET " + std::to_string(fewRows) + " LIMIT 1");
        return {std::move(builder).build(), binder_.take()};
    }

    db::TenantStatement count() {
        if (plan_.leadingScopePredicate || !plan_.leadingPredicate) {
            db::TenantSqlBuilder builder("count(*)", "resource", "r");
            builder.where("r.type = " + type() + " AND NOT r.deleted");
            if (plan_.leadingScopePredicate)
                builder.where("r.rid = ANY(ARRAY(" + leadingRids("DISTINCT d.rid") + "))");
            else
                whereAll(builder, "r.rid", "r");
            return {std::move(builder).build(), binder_.take()};
        }
        db::TenantSqlBuilder builder("count(DISTINCT d.rid)", rowOf(plan_.leadingPredicate->match).table, "d");
        builder.where(rowFits(*plan_.leadingPredicate, "d", binder_));
        whereAll(builder, "d.rid", "");
        return {std::move(builder).build(), binder_.take()};
    }

  private:
    std::string type() { return binder_.int4(fhir::typeCode(query_.type)); }
    std::string alias() { return "x" + std::to_string(++aliases_); }
    bool descending() const { return !query_.sort.empty() && query_.sort.front().descending; }

    /// Every node but the leading predicate (and `without`), asked of a row number.
    std::vector<std::string> others(const std::string& rid, std::string_view resource, const Predicate* without,
                                    bool withLeadingPredicate) {
        std::vector<std::string> conditions;
        for (const auto& node : query_.where.nodes) {
            const auto* predicate = node.predicate();
            const bool isAnswered = predicate && (predicate == without || (predicate == plan_.leadingPredicate && !withLeadingPredicate));
            if (!isAnswered) conditions.push_back(fits(node, rid, resource, alias(), binder_));
        }
        for (const auto& scope : plan_.scope)
            if (withLeadingPredicate || &scope != plan_.leadingScopePredicate)
                conditions.push_back(fits(scope, rid, resource, alias(), binder_));
        return conditions;
    }

    /// In a scan in order the leading predicate is a node like the others; elsewhere whoever reads the leading predicate's rows has
    /// dealt with it.
    void whereAll(db::TenantSqlBuilder& builder, const std::string& rid, std::string_view resource, const Predicate* without = nullptr) {
        const bool readsLeadingPredicate = rid.starts_with("d.");
        for (const auto& condition : others(rid, resource, without, !readsLeadingPredicate)) builder.where(condition);
    }

    std::string driverTable() const {
        return std::string(plan_.leadingPredicate ? rowOf(plan_.leadingPredicate->match).table : "index_reference");
    }

    std::string driverFits(const std::string& d) {
        if (plan_.leadingPredicate) return rowFits(*plan_.leadingPredicate, d, binder_);
        return rowFits(plan_.leadingScopePredicate->anyOf.front(), d, d + ".rid", "", binder_);
    }

    std::string leadingRows(std::string_view select, std::string_view name) {
        const std::string d(name);
        return "SELECT " + std::string(select) + " FROM " + driverTable() + " " + d + " WHERE " + d + ".tenant_id = $1 AND " +
               driverFits(d);
    }

    std::string leadingRids(std::string_view select, const Predicate* without = nullptr) {
        auto text = leadingRows(select, "d");
        for (const auto& condition : others("d.rid", "", without, false)) text += " AND " + condition;
        return text;
    }

    std::string leadingPage(std::size_t limit, bool onlyWithoutKey) {
        const auto cut = " LIMIT " + std::to_string(limit);
        if (query_.sort.empty()) {
            // Rows of `resource` stand there once, and "+ 0" keeps PostgreSQL from walking all of them in the order of rid.
            const bool ofResource = plan_.leadingPredicate && isPresence(*plan_.leadingPredicate);
            const auto text = leadingRids(ofResource ? "d.rid" : "DISTINCT d.rid");
            return text + (query_.after ? " AND d.rid > " + binder_.int8(query_.after->rid) : "") + " ORDER BY d.rid" +
                   (ofResource ? " + 0" : "") + cut;
        }
        if (const auto* own = query_.sort.size() == 1 && !onlyWithoutKey ? ownPredicate(query_.sort.front()) : nullptr)
            return leadingPageByOwn(*own) + cut;
        const auto keys = keyExpressions("d.rid", "");
        auto text = leadingRids("d.rid");
        if (onlyWithoutKey) text += " AND " + keys.front() + " IS NULL";
        if (query_.after) text += " AND (" + behindCursor(keys, "d.rid", onlyWithoutKey) + ")";
        return text + " GROUP BY d.rid ORDER BY " + order(keys, "d.rid") + cut;
    }

    /// Where a predicate asks for the sort key's own rows, one look answers both.
    std::string leadingPageByOwn(const Predicate& own) {
        const auto column = keyOf(query_.sort.front()).column;
        auto text = "SELECT e.rid FROM (" + leadingRids("DISTINCT d.rid", &own) + ") AS e CROSS JOIN LATERAL (SELECT k." + column +
                    " FROM " + std::string(rowOf(own.match).table) + " k WHERE k.tenant_id = $1 AND " + rowFits(own, "k", binder_) +
                    " AND k.rid = e.rid OFFSET 0) AS k";
        const std::vector<std::string> keys{"k." + column};
        if (query_.after) text += " WHERE (" + behindCursor(keys, "e.rid", false) + ")";
        return text + " ORDER BY " + order(keys, "e.rid");
    }

    std::string leadingCount(std::size_t most) {
        const auto name = alias();
        return "(SELECT count(*) FROM (" + leadingRows("1", name) + " LIMIT " + std::to_string(most + 1) + ") AS few)";
    }

    /// The page's row numbers along the sort key. Of a leading predicate with more than fewRows rows each row that is walked is
    /// asked, since the set would be too large.
    std::string boundedScanPage(std::size_t limit) {
        const auto& sort = query_.sort.front();
        const auto column = keyOf(sort).column, direction = std::string(sort.descending ? " DESC" : "");
        const std::string table(tableOf(*sort.parameter)), less = sort.descending ? " < " : " > ";
        auto rows =
            "SELECT s.rid, s." + column + " FROM " + table + " s WHERE s.tenant_id = $1 AND s.param = " + binder_.int4(sort.parameter->id);
        const Predicate* own = ownPredicate(sort);
        if (own) rows += " AND " + rowFits(*own, "s", binder_);
        if (sort.parameter->repeats) rows += " AND " + bestOfResource(table, column, less);
        if (query_.after) {
            const auto value = bindKey(sort, query_.after->keys.front().value_or(""), binder_);
            rows += " AND (s." + column + ", s.rid)" + less + "(" + value + ", " + binder_.int8(query_.after->rid) + ")";
        }
        const auto many = std::to_string(fewRows);
        rows += " ORDER BY s." + column + direction + ", s.rid" + direction + " LIMIT (SELECT CASE WHEN n > " + many + " THEN " +
                std::to_string(longestStroll) + " WHEN n <= " + std::to_string(rareRows) + " THEN 0 ELSE " + std::to_string(stepsEach) +
                " * n END FROM few)";
        auto text = "WITH few AS MATERIALIZED (SELECT " + leadingCount(fewRows) + " AS n) SELECT w.rid FROM (" + rows +
                    ") AS w WHERE CASE WHEN (SELECT n FROM few) > " + many + " THEN " +
                    fits(*plan_.leadingPredicate, "w.rid", "", alias(), binder_) + " ELSE (w.rid IN (" + leadingRows("d.rid", "d") +
                    ")) IS TRUE END";
        for (const auto& condition : others("w.rid", "", own, false)) text += " AND " + condition;
        return text + " ORDER BY w." + column + direction + ", w.rid" + direction + " LIMIT " + std::to_string(limit);
    }

    /// A predicate on the sort key's own rows: asked of the row that is walked, when there is one a resource.
    const Predicate* ownPredicate(const SortKey& sort) const {
        if (sort.parameter->repeats) return nullptr;
        for (const auto& node : query_.where.nodes)
            if (const auto* own = node.predicate(); own && own->param == sort.parameter->id && !isPresence(*own)) return own;
        return nullptr;
    }

    /// Of a resource with several values only the first one in the order counts.
    std::string bestOfResource(const std::string& table, const std::string& column, const std::string& less) {
        const std::string better = less == " > " ? " < " : " > ";
        const std::string second = column == "value" ? (table == "index_uri" ? "" : "exact") : "high";
        const std::string mine = second.empty() ? "b." + column : "(b." + column + ", b." + second + ")";
        const std::string its = second.empty() ? "s." + column : "(s." + column + ", s." + second + ")";
        return "NOT EXISTS " + rowsOf(table, "b", "b.param = s.param AND b.rid = s.rid AND " + mine + better + its + " OFFSET 0");
    }

    std::vector<std::string> keyExpressions(const std::string& rid, std::string_view resource) {
        std::vector<std::string> keys;
        for (const auto& sort : query_.sort) keys.push_back(keyExpression(sort, rid, resource));
        return keys;
    }

    std::string keyExpression(const SortKey& sort, const std::string& rid, std::string_view resource) {
        const auto column = keyOf(sort).column;
        const bool ofResource = sort.parameter->storage != Storage::index;
        if (ofResource && !resource.empty()) return std::string(resource) + "." + column;
        const auto k = alias();
        const std::string table(tableOf(*sort.parameter));
        const auto param = ofResource ? "" : " AND " + k + ".param = " + binder_.int4(sort.parameter->id);
        return std::string("(SELECT ") + (sort.descending ? "max(" : "min(") + k + "." + column + ") FROM " + table + " " + k + " WHERE " +
               k + ".tenant_id = $1" + param + " AND " + k + ".rid = " + rid + ")";
    }

    /// A search without leading predicate and sort key goes by id, whose index exists anyhow; the last word is the row number's.
    std::string order(const std::vector<std::string>& keys, const std::string& rid) {
        if (keys.empty()) return plan_.hasLeadingPredicate() ? rid : "r.id";
        std::string text;
        for (std::size_t i = 0; i < keys.size(); ++i)
            text += keys[i] + (query_.sort[i].descending ? " DESC NULLS LAST, " : " NULLS LAST, ");
        return text + rid + (descending() ? " DESC" : "");
    }

    std::string behindCursor(const std::vector<std::string>& keys, const std::string& rid, bool onlyWithoutKey) {
        const auto& after = *query_.after;
        if (keys.empty()) return "r.id > " + binder_.text(after.id);
        const auto behind = rid + (descending() ? " < " : " > ") + binder_.int8(after.rid);
        if (onlyWithoutKey) return after.keys.front() ? "true" : behind;
        std::string text, equal;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (!after.keys[i]) {  // nothing comes behind "no value" but by the next keys
                equal += keys[i] + " IS NULL AND ";
                continue;
            }
            const auto value = bindKey(query_.sort[i], *after.keys[i], binder_);
            const auto less = query_.sort[i].descending ? " < " : " > ";
            text += "(" + equal + "(" + keys[i] + less + value + " OR " + keys[i] + " IS NULL)) OR ";
            equal += keys[i] + " = " + value + " AND ";
        }
        return text + "(" + equal + behind + ")";
    }

    const Plan& plan_;
    const fhir::SearchQuery& query_;
    Binder binder_;
    int aliases_ = 0;
};

}  // namespace

db::TenantStatement fetchAndSort(const Plan& plan, std::size_t limit, bool onlyIfRare, bool onlyWithoutKey, std::size_t rare) {
    return SearchSqlBuilder(plan).fetchAndSort(limit, onlyIfRare, onlyWithoutKey, rare);
}

db::TenantStatement boundedIndexScan(const Plan& plan, std::size_t limit) { return SearchSqlBuilder(plan).boundedIndexScan(limit); }

db::TenantStatement indexOrderScan(const Plan& plan, std::size_t limit, bool onlyIfMany) {
    return SearchSqlBuilder(plan).indexOrderScan(limit, onlyIfMany);
}

db::TenantStatement hasMany(const Plan& plan) { return SearchSqlBuilder(plan).hasMany(); }

db::TenantStatement count(const Plan& plan) { return SearchSqlBuilder(plan).count(); }

}  // namespace polyclinic::records::sql
