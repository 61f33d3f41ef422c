#include "records/search/conditions.h"

#include "base/encoding.h"
#include "fhir/definitions/definitions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {
namespace {

/// Asked once for a found resource, by its row number: OFFSET keeps PostgreSQL from turning the question into a join
/// whose side it would read whole, since it knows nothing of how rare a hash is.
std::string askedOnce(std::string_view table, std::string_view alias, const std::string& condition) {
    return "EXISTS (SELECT 1 FROM " + std::string(table) + " " + std::string(alias) + " WHERE " + std::string(alias) +
           ".tenant_id = $1 AND " + condition + " OFFSET 0)";
}

/// For conditions that no index answers by row number: the fitting rows are read once, whole, and joined. OFFSET keeps
/// PostgreSQL from reading them again for every row number.
std::string askedOfAll(std::string_view table, std::string_view alias, const std::string& condition, const std::string& rid) {
    const std::string name(alias), all = name + "_all";
    return "EXISTS (SELECT 1 FROM (SELECT " + name + ".rid FROM " + std::string(table) + " " + name + " WHERE " + name +
           ".tenant_id = $1 AND " + condition + " OFFSET 0) AS " + all + " WHERE " + all + ".rid = " + rid + ")";
}

/// Parentheses stand around more than one.
std::string joined(const std::vector<fhir::QueryNode>& nodes, std::string_view word, const std::string& rid, std::string_view resource,
                   std::string_view alias, Binder& binder) {
    std::string text;
    for (const auto& node : nodes) text.append(text.empty() ? "" : word).append(fits(node, rid, resource, alias, binder));
    return nodes.size() == 1 ? text : "(" + text + ")";
}

}  // namespace

std::string rowFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const auto& row = rowOf(predicate.match);
    if (row.table == "resource") return row.fits(predicate, alias, binder);
    const auto param = std::string(alias) + ".param = " + binder.int4(predicate.param);
    return param + " AND (" + row.fits(predicate, alias, binder) + ")";
}

std::string rowsOf(std::string_view table, std::string_view alias, std::string_view condition) {
    return "(SELECT 1 FROM " + std::string(table) + " " + std::string(alias) + " WHERE " + std::string(alias) + ".tenant_id = $1 AND " +
           std::string(condition) + ")";
}

std::string fits(const fhir::Predicate& predicate, const std::string& rid, std::string_view resource, std::string_view alias,
                 Binder& binder) {
    const auto& row = rowOf(predicate.match);
    const auto ofRid = [&](const std::string& condition) { return condition + " AND " + std::string(alias) + ".rid = " + rid; };
    if (isPresence(predicate)) {
        if (!resource.empty()) return presenceFits(predicate, resource, binder);
        return askedOnce(row.table, alias, ofRid(presenceFits(predicate, alias, binder)));
    }
    if (row.table == "resource" && !resource.empty()) return "(" + rowFits(predicate, resource, binder) + ")";
    const auto condition = rowFits(predicate, alias, binder);
    return row.readsWhole ? askedOfAll(row.table, alias, condition, rid) : askedOnce(row.table, alias, ofRid(condition));
}

std::string fits(const fhir::QueryNode& node, const std::string& rid, std::string_view resource, std::string_view alias, Binder& binder) {
    const auto join = [&](const auto& of, std::string_view word) { return joined(of.nodes, word, rid, resource, alias, binder); };
    return std::visit(
        fhir::NodeCases{[&](const fhir::Predicate& predicate) { return fits(predicate, rid, resource, alias, binder); },
                        [&](const fhir::And& all) { return join(all, " AND "); }, [&](const fhir::Or& any) { return join(any, " OR "); },
                        [&](const fhir::Not& none) { return "NOT " + join(none, " OR "); }},
        node.value);
}

std::string rowFits(const access::ReferencePredicate& reference, std::string_view alias, const std::string& rid, std::string_view resource,
                    Binder& binder) {
    const std::string name(alias);
    auto text = name + ".param = ANY(" + binder.int4s(reference.params) + ") AND " + name +
                ".target = " + binder.int8(indexHash(reference.id)) + " AND " + name +
                ".type = " + binder.int4(fhir::typeCode(reference.type));
    if (reference.decided == 0) return text;
    const auto open = [&](const std::string& row) { return "(" + row + ".present & " + binder.int8(reference.decided) + ") = 0"; };
    const auto own = name + "_own";
    text += " AND (" + name + ".param = ANY(" + binder.int4s(reference.deciding) + ") OR ";
    text += resource.empty() ? askedOnce("resource", own, open(own) + " AND " + own + ".rid = " + rid) : open(std::string(resource));
    return text + ")";
}

std::string fits(const access::ScopePredicate& scope, const std::string& rid, std::string_view resource, std::string_view alias,
                 Binder& binder) {
    std::string text;
    const std::string name(alias);
    for (const auto& reference : scope.anyOf) {
        const auto condition = rowFits(reference, alias, rid, resource, binder) + " AND " + name + ".rid = " + rid;
        text += (text.empty() ? "" : " OR ") + askedOnce("index_reference", alias, condition);
    }
    if (!scope.ids.empty()) {
        const auto ids = binder.texts(scope.ids);
        text += text.empty() ? "" : " OR ";
        if (!resource.empty())
            text += std::string(resource) + ".id = ANY(" + ids + ")";
        else
            text += askedOnce("resource", alias, name + ".id = ANY(" + ids + ") AND " + name + ".rid = " + rid);
    }
    return text.empty() ? "false" : "(" + text + ")";
}

}  // namespace polyclinic::records::sql
