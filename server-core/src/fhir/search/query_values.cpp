#include "fhir/search/query_values.h"

#include <algorithm>
#include <cmath>

#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "fhir/resource.h"
#include "fhir/search/ranges.h"
#include "fhir/search/reference_target.h"
#include "fhir/search/text.h"

namespace polyclinic::fhir {
namespace {

Comparator takeComparator(const Parameter& parameter, std::string_view& text) {
    constexpr std::string_view names[] = {"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"};
    if (text.empty() || text[0] < 'a' || text[0] > 'z') return Comparator::eq;
    for (std::size_t i = 0; i < std::size(names); ++i)
        if (text.starts_with(names[i])) {
            text.remove_prefix(2);
            return static_cast<Comparator>(i);
        }
    refuse(parameter, "The prefix is none of eq, ne, gt, lt, ge, le, sa, eb, ap.");
}

/// Systems that the bindings of the parameter's codes imply: a code without a system is of one of them.
std::vector<std::int64_t> noSystem(const Parameter& parameter) {
    std::vector<std::int64_t> systems{0};
    for (const auto& branch : parameter.branches)
        if (!branch.system.empty()) systems.push_back(systemHash(branch.system));
    return systems;
}

Operand token(const Parameter& parameter, std::string_view text) {
    const auto parts = splitEscaped(text, '|');
    if (parts.size() > 2) refuse(parameter, "A token is written as code, system|code, |code or system|.");
    Operand operand;
    const auto code = unescaped(parts.back());
    if (parts.size() == 2) {
        const auto system = unescaped(parts.front());
        operand.systems = system.empty() ? noSystem(parameter) : std::vector{systemHash(system)};
        operand.anyCode = code.empty();
        if (system.empty() && code.empty()) refuse(parameter, "The value is empty.");
    }
    operand.code = tokenHash(code);
    return operand;
}

Operand string(const Parameter& parameter, Match match, std::string_view text) {
    Operand operand;
    const auto plain = unescaped(text);
    operand.text = std::string(cutText(foldText(plain), longestIndexedString));
    operand.code = exactHash(plain);
    if (operand.text.empty() && match != Match::exact) refuse(parameter, "The value is empty.");
    return operand;
}

Operand reference(const Parameter& parameter, std::string_view modifier, std::string_view text, std::string_view ownBase) {
    const auto plain = unescaped(text);
    Operand operand;
    if (isId(plain)) {
        operand.code = indexHash(plain);
        if (!modifier.empty()) operand.type = typeCode(modifier);
        return operand;
    }
    const auto target = parseReference(plain, ownBase, true);
    if (!target) refuse(parameter, "A reference is written as id, Type/id or an absolute address.");
    if (!modifier.empty() && target->type != typeCode(modifier)) refuse(parameter, "Modifier and value name two types.");
    operand.code = target->target;
    operand.type = target->type;
    operand.version = target->version;
    return operand;
}

Operand date(const Parameter& parameter, std::string_view text, Timestamp now) {
    Operand operand;
    operand.comparator = takeComparator(parameter, text);
    std::string plain(text);
    std::ranges::replace(plain, ' ', '+');  // a zone whose + was not percent-encoded
    const auto range = parseDateRange(plain);
    if (!range) refuse(parameter, "The date is none of FHIR's forms of date and dateTime.");
    operand.low = range->low;
    operand.high = range->high;
    if (operand.comparator == Comparator::ap) {  // 10 % of the way from now
        const auto middle = range->low.micros / 2 + range->high.micros / 2;
        const auto slack = std::abs(now.micros - middle) / 10;
        operand.low = std::max(beginningOfTime, Timestamp{range->low.micros - slack});
        operand.high = std::min(endOfTime, Timestamp{range->high.micros + slack});
    }
    return operand;
}

Operand number(const Parameter& parameter, std::string_view text) {
    Operand operand;
    operand.comparator = takeComparator(parameter, text);
    const auto decimal = parseDecimal(text);
    if (!decimal) refuse(parameter, "The number is malformed or too large.");
    const double half = operand.comparator == Comparator::ap ? std::abs(decimal->value) / 10 : decimal->half;
    operand.number = decimal->value;
    operand.lowest = decimal->value - half;
    operand.end = decimal->value + half;
    return operand;
}

Operand quantity(const Parameter& parameter, std::string_view text) {
    const auto parts = splitEscaped(text, '|');
    if (parts.size() != 1 && parts.size() != 3) refuse(parameter, "A quantity is written as number, number|system|code or number||code.");
    Operand operand = number(parameter, parts[0]);
    operand.anyCode = true;
    if (parts.size() == 3) {
        const auto system = unescaped(parts[1]), code = unescaped(parts[2]);
        if (!system.empty()) operand.systems = {systemHash(system)};
        if (!code.empty()) {
            operand.anyCode = false;
            operand.code = exactHash(code);
        }
    }
    return operand;
}

void uris(const Parameter& parameter, std::string_view modifier, std::string_view text, std::vector<Operand>& into) {
    const auto plain = unescaped(text);
    if (plain.empty()) refuse(parameter, "The value is empty.");
    const auto add = [&](std::string_view uri) { into.push_back({.text = std::string(cutText(uri, longestIndexedUri))}); };
    add(plain);
    if (modifier != "above") return;
    if (std::size_t(std::ranges::count(plain, '/')) * 2 > mostOperands) tooCostly(parameter.code);
    for (auto slash = plain.rfind('/'); slash != plain.npos && slash > 0; slash = plain.rfind('/', slash - 1)) {
        add(std::string_view(plain).substr(0, slash));
        add(std::string_view(plain).substr(0, slash + 1));
    }
}

Operand composite(const Parameter& parameter, std::string_view text, const QueryOptions& options) {
    const auto parts = splitEscaped(text, '$');
    if (parts.size() != parameter.components.size()) refuse(parameter, "The value needs two parts with a $ between them.");
    Operand operand;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (parts[i].empty()) refuse(parameter, "The value is empty.");
        const auto kind = parameter.components[i].type;
        readOperand(parameter, kind, kind == ParameterType::string ? Match::exact : Match::composite, {}, parts[i], options, operand.parts);
        if (kind == ParameterType::string) operand.parts.back().code = exactHash(operand.parts.back().text);
    }
    return operand;
}

}  // namespace

void refuse(const Parameter& parameter, std::string_view sentence) {
    throw Failure(FailureKind::badRequest, "Search parameter " + std::string(parameter.code) + ": " + std::string(sentence))
        .withCode("value");
}

void tooCostly(std::string_view parameter, std::string_view sentence) {
    // Names that look like a parameter's, nothing else: a message repeats nothing of what is searched for.
    const bool plain = !parameter.empty() && parameter.size() <= 64 && std::ranges::all_of(parameter, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == ':' || c == '.';
    });
    std::string publicMessage = plain ? "Search parameter " + std::string(parameter) + ": " : "";
    publicMessage += sentence.empty() ? "A search may come to 1,000 values in all; ask for fewer at a time." : sentence;
    throw Failure::withIssues(FailureKind::badRequest, {{Issue::Severity::error, "too-costly", std::move(publicMessage),
                                                         plain ? "http." + std::string(parameter) : "http"}});
}

std::vector<std::string_view> splitEscaped(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
            if (i == text.size() || std::string_view(",|$\\").find(text[i]) == std::string_view::npos)
                throw Failure(FailureKind::badRequest, "A backslash in a search value escapes only , | $ and itself.").withCode("value");
        } else if (text[i] == separator) {
            parts.push_back(text.substr(begin, i - begin));
            begin = i + 1;
        }
    }
    parts.push_back(text.substr(begin));
    return parts;
}

std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) ++i;
        plain += text[i];
    }
    return plain;
}

void readOperand(const Parameter& parameter, ParameterType kind, Match match, std::string_view modifier, std::string_view text,
                 const QueryOptions& options, std::vector<Operand>& into) {
    if (match == Match::id) return into.push_back({.text = unescaped(text)});
    if (match == Match::token) return into.push_back(token(parameter, text));
    switch (kind) {
        case ParameterType::token:
            return into.push_back(token(parameter, text));
        case ParameterType::string:
            return into.push_back(string(parameter, match, text));
        case ParameterType::reference:
            return into.push_back(reference(parameter, modifier, text, options.ownBase));
        case ParameterType::date:
            return into.push_back(date(parameter, text, options.now));
        case ParameterType::number:
            return into.push_back(number(parameter, text));
        case ParameterType::quantity:
            return into.push_back(quantity(parameter, text));
        case ParameterType::uri:
            return uris(parameter, modifier, text, into);
        case ParameterType::composite:
            return into.push_back(composite(parameter, text, options));
        case ParameterType::special:
            break;
    }
    refuse(parameter, "It is not offered.");
}

}  // namespace polyclinic::fhir
