#include "records/search/conditions.h"

#include <functional>
#include <map>
#include <optional>

#include "base/encoding.h"
#include "fhir/definitions/definitions.h"
#include "fhir/search/text.h"

namespace polyclinic::records::sql {
namespace {

using fhir::Comparator;
using fhir::Match;
using fhir::Operand;
using fhir::ParameterType;
using fhir::Predicate;

std::string all(std::initializer_list<std::string> conditions) {
    std::string text;
    for (const auto& condition : conditions)
        if (!condition.empty()) text += (text.empty() ? "" : " AND ") + condition;
    return text;
}

std::string either(const std::string& a, const std::string& b) { return "(" + a + " OR " + b + ")"; }

std::string oneOf(const std::string& column, const std::vector<std::int64_t>& values, Binder& binder) {
    if (values.size() == 1) return column + " = " + binder.int8(values.front());
    return column + " = ANY(" + binder.int8s(values) + ")";
}

/// Names of columns below an alias; a composite's end in 1 or 2.
class Columns {
  public:
    Columns(std::string_view alias, std::string_view suffix) : alias_(alias), suffix_(suffix) {}
    std::string operator()(std::string_view name) const { return alias_ + "." + std::string(name) + suffix_; }

  private:
    std::string alias_, suffix_;
};

std::string token(const Operand& o, const Columns& column, Binder& binder) {
    return all({o.anyCode ? "" : column("code") + " = " + binder.int8(o.code),
                o.systems.empty() ? "" : oneOf(column("system"), o.systems, binder)});
}

/// Codes of the same systems are one condition, which an index can answer and which is planned once, however many they are.
std::string tokens(const Predicate& predicate, const Columns& column, Binder& binder) {
    std::vector<std::int64_t> codes;
    std::map<std::vector<std::int64_t>, std::vector<std::int64_t>> ofSystems;
    std::string text;
    for (const auto& operand : predicate.anyOf) {
        if (operand.anyCode)
            text += (text.empty() ? "(" : " OR (") + token(operand, column, binder) + ")";
        else
            (operand.systems.empty() ? codes : ofSystems[operand.systems]).push_back(operand.code);
    }
    for (const auto& [systems, those] : ofSystems)
        text += (text.empty() ? "(" : " OR (") + oneOf(column("code"), those, binder) + " AND " + oneOf(column("system"), systems, binder) +
                ")";
    if (!codes.empty()) text += (text.empty() ? "" : " OR ") + oneOf(column("code"), codes, binder);
    return text;
}

/// The least bounds that hold for every match come first, so that an index has a range to walk.
std::string date(const Operand& o, const std::string& low, const std::string& high, const std::function<std::string(Timestamp)>& bind) {
    const auto a = bind(o.low), b = bind(o.high);
    const auto inside = low + " >= " + a + " AND " + low + " <= " + b + " AND " + high + " <= " + b;
    switch (o.comparator) {
        case Comparator::eq:
            return inside;
        case Comparator::ne:
            return either(low + " < " + a, high + " > " + b);
        case Comparator::gt:
            return high + " > " + b;
        case Comparator::lt:
            return low + " < " + a;
        case Comparator::ge:
            return high + " >= " + a + " AND " + either(low + " >= " + a, high + " > " + b);
        case Comparator::le:
            return low + " <= " + b + " AND " + either(high + " <= " + b, low + " < " + a);
        case Comparator::sa:
            return low + " > " + b;
        case Comparator::eb:
            return low + " < " + a + " AND " + high + " < " + a;
        case Comparator::ap:
            return low + " <= " + b + " AND " + high + " >= " + a;
    }
    return "false";
}

std::string number(const Operand& o, const Columns& column, Binder& binder) {
    const auto low = column("low"), high = column("high");
    if (o.comparator == Comparator::eq || o.comparator == Comparator::ne) {
        const auto lowest = binder.float8(o.lowest), end = binder.float8(o.end);
        if (o.comparator == Comparator::ne) return either(low + " < " + lowest, high + " >= " + end);
        return low + " >= " + lowest + " AND " + low + " < " + end + " AND " + high + " < " + end;
    }
    if (o.comparator == Comparator::ap) {
        const auto end = binder.float8(o.end), lowest = binder.float8(o.lowest);
        return low + " <= " + end + " AND " + high + " >= " + lowest;
    }
    const auto value = binder.float8(o.number);
    switch (o.comparator) {
        case Comparator::gt:
            return high + " > " + value;
        case Comparator::lt:
            return low + " < " + value;
        case Comparator::ge:
            return high + " >= " + value;
        case Comparator::le:
            return low + " <= " + value;
        case Comparator::sa:
            return low + " > " + value;
        default:
            return low + " < " + value + " AND " + high + " < " + value;  // eb
    }
}

std::string quantity(const Operand& o, const Columns& column, Binder& binder) {
    return all({number(o, column, binder), token(o, column, binder)});
}

/// References to the same type, and to the same version of a canonical, are one condition.
std::string references(const Predicate& predicate, const std::string& alias, Binder& binder) {
    std::map<std::pair<std::optional<std::int32_t>, std::int64_t>, std::vector<std::int64_t>> targets;
    for (const auto& operand : predicate.anyOf) targets[{operand.type, operand.version}].push_back(operand.code);
    std::string text;
    for (const auto& [of, those] : targets) {
        const auto& [type, version] = of;
        text += (text.empty() ? "" : " OR ") +
                all({oneOf(alias + ".target", those, binder), type ? alias + ".type = " + binder.int4(*type) : "",
                     version != 0 ? alias + ".version = " + binder.int8(version) : ""});
    }
    return text;
}

std::string anyText(const std::string& column, const Predicate& predicate, Binder& binder) {
    if (predicate.anyOf.size() == 1) return column + " = " + binder.text(predicate.anyOf.front().text);
    std::vector<std::string> texts;
    for (const auto& operand : predicate.anyOf) texts.push_back(operand.text);
    return column + " = ANY(" + binder.texts(texts) + ")";
}

/// A few texts are alternatives, each of which an index finds. Many are two lists, planned once: the hash tells which of
/// the texts it is, so that the lists need not go side by side.
std::string exact(const Predicate& predicate, const std::string& alias, Binder& binder) {
    constexpr std::size_t few = 8;
    if (predicate.anyOf.size() <= few) {
        std::string text;
        for (const auto& operand : predicate.anyOf)
            text += (text.empty() ? "(" : " OR (") + alias + ".value = " + binder.text(operand.text) + " AND " + alias +
                    ".exact = " + binder.int8(operand.code) + ")";
        return text;
    }
    std::vector<std::int64_t> hashes;
    for (const auto& operand : predicate.anyOf) hashes.push_back(operand.code);
    return anyText(alias + ".value", predicate, binder) + " AND " + oneOf(alias + ".exact", hashes, binder);
}

std::string prefix(const std::string& column, const std::string& text, Binder& binder) {
    const auto from = column + " >= " + binder.text(text);
    const auto after = fhir::textAfter(text);
    return after ? from + " AND " + column + " < " + binder.text(*after) : from;
}

std::string composite(const Predicate& predicate, const Operand& operand, std::string_view alias, Binder& binder) {
    std::string text;
    for (std::size_t i = 0; i < operand.parts.size(); ++i) {
        const Columns column(alias, std::to_string(i + 1));
        const auto& part = operand.parts[i];
        std::string condition;
        switch (predicate.parameter->components[i].type) {
            case ParameterType::token:
                condition = token(part, column, binder);
                break;
            case ParameterType::quantity:
                condition = quantity(part, column, binder);
                break;
            case ParameterType::number:
                condition = number(part, column, binder);
                break;
            case ParameterType::date:
                condition =
                    date(part, column("low"), column("high"), [&](Timestamp t) { return binder.float8(static_cast<double>(t.micros)); });
                break;
            case ParameterType::reference:
                condition = all(
                    {column("code") + " = " + binder.int8(part.code), part.type ? column("system") + " = " + binder.int8(*part.type) : ""});
                break;
            default:
                condition = column("code") + " = " + binder.int8(part.code);
        }
        text += (i == 0 ? "" : " AND ") + condition;
    }
    return text;
}

std::string operandFits(const Predicate& predicate, const Operand& o, std::string_view alias, Binder& binder) {
    const std::string name(alias);
    switch (predicate.match) {
        case Match::string:
            return prefix(name + ".value", o.text, binder);
        case Match::contains:
            return "strpos(" + name + ".value, " + binder.text(o.text) + ") > 0";
        case Match::date:
            return date(o, name + ".low", name + ".high", [&](Timestamp t) { return binder.time(t); });
        case Match::updated:
            return date(o, name + ".updated", name + ".updated", [&](Timestamp t) { return binder.time(t); });
        case Match::below:
            return prefix(name + ".value", o.text, binder);
        case Match::number:
            return number(o, Columns(alias, ""), binder);
        case Match::quantity:
            return quantity(o, Columns(alias, ""), binder);
        case Match::composite:
            return composite(predicate, o, alias, binder);
        default:
            return "false";  // lists are conditions of their own
    }
}

/// True for a row that fits one of the operands. What is only compared for equality is one list, however long; the rest
/// are alternatives that PostgreSQL plans one by one.
std::string anyFits(const Predicate& predicate, std::string_view alias, Binder& binder) {
    const std::string name(alias);
    switch (predicate.match) {
        case Match::token:
            return tokens(predicate, Columns(alias, ""), binder);
        case Match::reference:
            return references(predicate, name, binder);
        case Match::uri:
            return anyText(name + ".value", predicate, binder);
        case Match::exact:
            return exact(predicate, name, binder);
        default:
            break;
    }
    std::string alternatives;
    for (const auto& operand : predicate.anyOf)
        alternatives += (alternatives.empty() ? "" : " OR ") + operandFits(predicate, operand, alias, binder);
    return alternatives;
}

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

/// Whether the resource has a value of the parameter or none, told by its own row.
std::string presence(const Predicate& predicate, std::string_view alias, Binder& binder) {
    return "(" + std::string(alias) + ".present & " + binder.int8(fhir::presenceBit(*predicate.parameter)) + ")" +
           (predicate.match == Match::missing ? " = 0" : " <> 0");
}

/// The same as an index condition: the few different values of `present` that the type has are picked out of the
/// index one after the other, and those that fit are looked for.
std::string presenceIsAmongAll(const Predicate& predicate, std::string_view alias, Binder& binder) {
    const std::string name(alias), all = name + "_all", row = name + "_row";
    const auto type = binder.int4(fhir::typeCode(predicate.parameter->type));
    const auto least = [&](const std::string& condition) {
        return "(SELECT " + row + ".present FROM resource " + row + " WHERE " + row + ".tenant_id = $1 AND " + row + ".type = " + type +
               " AND NOT " + row + ".deleted" + condition + " ORDER BY " + row + ".present LIMIT 1)";
    };
    return name + ".type = " + type + " AND NOT " + name + ".deleted AND " + name + ".present = ANY(ARRAY(WITH RECURSIVE " + all +
           "(present) AS (" + least("") + " UNION ALL SELECT " + least(" AND " + row + ".present > " + all + ".present") + " FROM " + all +
           " WHERE " + all + ".present IS NOT NULL) SELECT " + all + ".present FROM " + all + " WHERE " + presence(predicate, all, binder) +
           "))";
}

/// Parentheses stand around more than one.
std::string joined(const std::vector<fhir::QueryNode>& nodes, std::string_view word, const std::string& rid, std::string_view resource,
                   std::string_view alias, Binder& binder) {
    std::string text;
    for (const auto& node : nodes) text.append(text.empty() ? "" : word).append(fits(node, rid, resource, alias, binder));
    return nodes.size() == 1 ? text : "(" + text + ")";
}

}  // namespace

bool isPresence(const Predicate& predicate) { return predicate.match == Match::missing || predicate.match == Match::present; }

std::string_view tableOf(ParameterType kind) {
    switch (kind) {
        case ParameterType::token:
            return "index_token";
        case ParameterType::string:
            return "index_string";
        case ParameterType::date:
            return "index_date";
        case ParameterType::reference:
            return "index_reference";
        case ParameterType::number:
            return "index_number";
        case ParameterType::quantity:
            return "index_quantity";
        case ParameterType::uri:
            return "index_uri";
        default:
            return "index_composite";
    }
}

std::string_view tableOf(const Predicate& predicate) {
    if (predicate.match == Match::token) return "index_token";
    if (predicate.match == Match::id || predicate.match == Match::updated || isPresence(predicate)) return "resource";
    return tableOf(predicate.parameter->kind);
}

std::string rowFits(const Predicate& predicate, std::string_view alias, Binder& binder) {
    const std::string name(alias);
    if (predicate.match == Match::id) {
        std::vector<std::string> ids;
        for (const auto& operand : predicate.anyOf) ids.push_back(operand.text);
        return name + ".id = ANY(" + binder.texts(ids) + ")";
    }
    if (isPresence(predicate)) return presenceIsAmongAll(predicate, alias, binder);
    const auto param = predicate.match == Match::updated ? "" : name + ".param = " + binder.int4(predicate.param);
    const auto alternatives = anyFits(predicate, alias, binder);
    return all({param, "(" + alternatives + ")"});
}

std::string rowsOf(std::string_view table, std::string_view alias, std::string_view condition) {
    return "(SELECT 1 FROM " + std::string(table) + " " + std::string(alias) + " WHERE " + std::string(alias) + ".tenant_id = $1 AND " +
           std::string(condition) + ")";
}

std::string fits(const Predicate& predicate, const std::string& rid, std::string_view resource, std::string_view alias, Binder& binder) {
    const auto table = tableOf(predicate);
    const bool ofResource = table == "resource";
    if (isPresence(predicate)) {
        if (!resource.empty()) return presence(predicate, resource, binder);
        return askedOnce(table, alias, presence(predicate, alias, binder) + " AND " + std::string(alias) + ".rid = " + rid);
    }
    if (ofResource && !resource.empty()) return "(" + rowFits(predicate, resource, binder) + ")";
    const auto condition = [&] { return rowFits(predicate, alias, binder) + " AND " + std::string(alias) + ".rid = " + rid; };
    if (predicate.match == Match::below) return askedOfAll(table, alias, rowFits(predicate, alias, binder), rid);
    return askedOnce(table, alias, condition());
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
