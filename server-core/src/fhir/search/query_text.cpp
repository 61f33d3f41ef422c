// A search written out for people.

#include "fhir/search/query.h"

namespace polyclinic::fhir {
namespace {

std::string_view nameOf(Match match) {
    switch (match) {
        case Match::token:
            return "token";
        case Match::string:
            return "begins with";
        case Match::exact:
            return "is exactly";
        case Match::contains:
            return "contains";
        case Match::reference:
            return "refers to";
        case Match::date:
            return "date";
        case Match::uri:
            return "uri";
        case Match::below:
            return "uri below";
        case Match::number:
            return "number";
        case Match::quantity:
            return "quantity";
        case Match::composite:
            return "composite";
        case Match::missing:
            return "is missing";
        case Match::present:
            return "is present";
        case Match::id:
            return "id";
        case Match::updated:
            return "updated";
    }
    return "";
}

std::string_view nameOf(Comparator comparator) {
    constexpr std::string_view names[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
    return names[static_cast<std::size_t>(comparator)];
}

std::string textOf(Match match, const Operand& operand) {
    switch (match) {
        case Match::date:
        case Match::updated:
            return std::string(nameOf(operand.comparator)) + " " + toInstant(operand.low) + ".." + toInstant(operand.high);
        case Match::number:
        case Match::quantity:
            return std::string(nameOf(operand.comparator)) + " " + std::to_string(operand.number) +
                   (operand.anyCode || match == Match::number ? "" : " of one unit");
        case Match::token: {
            const std::string code = operand.anyCode ? "any code" : "#" + std::to_string(operand.code);
            if (operand.systems.empty()) return code;
            return code + (operand.systems.front() == 0 ? " of no system" : " of one system");
        }
        case Match::reference:
            return "#" + std::to_string(operand.code) + (operand.type ? " of one type" : "") + (operand.version ? " of one version" : "");
        case Match::composite:
            return "two values";
        default:
            return "'" + operand.text + "'";
    }
}

std::string textOf(const Predicate& predicate) {
    std::string text = std::string(predicate.parameter->code) + " " + std::string(nameOf(predicate.match));
    const char* separator = " ";
    for (const auto& operand : predicate.anyOf) {
        text += separator + textOf(predicate.match, operand);
        separator = " or ";
    }
    return text;
}

std::string joined(const std::vector<QueryNode>& nodes, std::string_view separator) {
    std::string text;
    for (const auto& node : nodes) text.append(text.empty() ? "" : separator).append(node.toString());
    return text;
}

}  // namespace

std::string QueryNode::toString() const {
    return std::visit(NodeCases{[](const Predicate& predicate) { return textOf(predicate); },
                                [](const And& all) { return "(" + joined(all.nodes, " and ") + ")"; },
                                [](const Or& any) { return "(" + joined(any.nodes, " or ") + ")"; },
                                [](const Not& none) { return "not (" + joined(none.nodes, " or ") + ")"; }},
                      value);
}

std::string SearchQuery::toString() const {
    std::string text = type;
    if (!where.nodes.empty()) text += " where " + joined(where.nodes, " and ");
    const char* separator = " by ";
    for (const auto& key : sort) {
        text += separator + std::string(key.descending ? "-" : "") + std::string(key.parameter->code);
        separator = ", ";
    }
    text += countOnly ? " count only" : " count " + std::to_string(count);
    if (after) text += " from a cursor on";
    return text;
}

}  // namespace polyclinic::fhir
