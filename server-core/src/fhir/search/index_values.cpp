#include "fhir/search/index_values.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "fhir/search/ranges.h"
#include "fhir/search/text.h"

namespace polyclinic::fhir {
namespace {

using json::Value;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::string_view currencies = "urn:iso:std:iso:4217";

/// Calls `use` for every item of an array member, or for the member itself.
template <class Use>
void each(const Value& object, std::string_view name, Use use) {
    const Value* member = object.find(name);
    if (!member) return;
    if (!member->isArray()) return use(*member);
    for (const auto& item : member->items()) use(item);
}

void token(std::string_view code, std::string_view system, std::int32_t param, IndexRows& rows) {
    if (!code.empty()) rows.add(rows.tokens, {param, tokenHash(code), systemHash(system)});
}

void string(std::string_view text, std::int32_t param, IndexRows& rows) {
    if (text.empty()) return;
    const std::string folded = foldText(text);
    rows.add(rows.strings, {param, std::string(cutText(folded, longestIndexedString)), exactHash(text)});
}

void strings(const Value& object, std::initializer_list<std::string_view> names, std::int32_t param, IndexRows& rows) {
    for (const auto name : names)
        each(object, name, [&](const Value& part) {
            if (part.isString()) string(part.text(), param, rows);
        });
}

std::optional<DateRange> rangeOf(const Value& object, std::string_view from, std::string_view to) {
    const auto low = parseDateRange(object.stringAt(from)), high = parseDateRange(object.stringAt(to));
    if (!low && !high) return std::nullopt;
    return DateRange{low ? low->low : beginningOfTime, high ? high->high : endOfTime};
}

/// Outer bounds of a Timing: the rules inside are not unrolled.
std::optional<DateRange> boundsOf(const Value& timing) {
    std::optional<DateRange> bounds;
    const auto widen = [&](const std::optional<DateRange>& range) {
        if (!range) return;
        if (!bounds) bounds = range;
        bounds->low = std::min(bounds->low, range->low);
        bounds->high = std::max(bounds->high, range->high);
    };
    each(timing, "event", [&](const Value& event) { widen(parseDateRange(event.text())); });
    if (const Value* repeat = timing.find("repeat"))
        if (const Value* period = repeat->find("boundsPeriod")) widen(rangeOf(*period, "start", "end"));
    return bounds;
}

struct Span {
    double low = -infinity, high = infinity;
};

std::optional<double> numberAt(const Value& object, std::string_view name) {
    const Value* member = object.find(name);
    if (!member || !member->isNumber()) return std::nullopt;
    const auto decimal = parseDecimal(member->text());
    return decimal ? std::optional(decimal->value) : std::nullopt;
}

void quantity(std::optional<Span> span, std::string_view code, std::string_view system, std::int32_t param, IndexRows& rows) {
    if (!span) return;
    rows.add(rows.quantities, {param, span->low, span->high, code.empty() ? 0 : exactHash(code), systemHash(system)});
}

std::string_view unitOf(const Value& value) {
    const auto code = value.stringAt("code");
    return code.empty() ? value.stringAt("unit") : code;
}

std::optional<Span> spanOf(const Value& value) {
    const auto number = numberAt(value, "value");
    if (!number) return std::nullopt;
    const auto comparator = value.stringAt("comparator");
    if (comparator.starts_with('<')) return Span{-infinity, *number};
    if (comparator.starts_with('>')) return Span{*number, infinity};
    return Span{*number, *number};
}

std::optional<Span> spanBetween(const Value& object, std::string_view from, std::string_view to) {
    const Value *low = object.find(from), *high = object.find(to);
    const auto lowest = low && low->isObject() ? numberAt(*low, "value") : numberAt(object, from);
    const auto highest = high && high->isObject() ? numberAt(*high, "value") : numberAt(object, to);
    if (!lowest && !highest) return std::nullopt;
    return Span{lowest.value_or(-infinity), highest.value_or(infinity)};
}

}  // namespace

void indexToken(const Value& value, DataType type, std::string_view system, std::int32_t param, IndexRows& rows) {
    switch (type) {
        case DataType::CodeableConcept:
            each(value, "coding", [&](const Value& coding) { indexToken(coding, DataType::Coding, {}, param, rows); });
            break;
        case DataType::Coding:
            token(value.stringAt("code"), value.stringAt("system"), param, rows);
            break;
        case DataType::Identifier:
            token(value.stringAt("value"), value.stringAt("system"), param, rows);
            break;
        case DataType::ContactPoint:
            token(value.stringAt("value"), value.stringAt("system"), param, rows);
            break;
        default:
            if (value.isString() || value.isBoolean()) token(value.text(), system, param, rows);
    }
}

void indexString(const Value& value, DataType type, std::int32_t param, IndexRows& rows) {
    if (type == DataType::HumanName)
        strings(value, {"text", "family", "given", "prefix", "suffix"}, param, rows);
    else if (type == DataType::Address)
        strings(value, {"text", "line", "city", "district", "state", "country", "postalCode"}, param, rows);
    else if (value.isString())
        string(value.text(), param, rows);
}

void indexDate(const Value& value, DataType type, std::int32_t param, IndexRows& rows) {
    std::optional<DateRange> range;
    if (type == DataType::Period)
        range = rangeOf(value, "start", "end");
    else if (type == DataType::Timing)
        range = boundsOf(value);
    else
        range = parseDateRange(value.text());
    if (range && range->low <= range->high) rows.add(rows.dates, {param, range->low, range->high});
}

void indexNumber(const Value& value, DataType type, std::int32_t param, IndexRows& rows) {
    if (type == DataType::Range) {
        if (const auto span = spanBetween(value, "low", "high")) rows.add(rows.numbers, {param, span->low, span->high});
    } else if (const auto decimal = parseDecimal(value.text())) {
        rows.add(rows.numbers, {param, decimal->value, decimal->value});
    }
}

void indexQuantity(const Value& value, DataType type, std::int32_t param, IndexRows& rows) {
    if (type == DataType::Money) {
        quantity(spanOf(value), value.stringAt("currency"), currencies, param, rows);
    } else if (type == DataType::Range) {
        const Value* side = value.find("low") ? value.find("low") : value.find("high");
        if (side) quantity(spanBetween(value, "low", "high"), unitOf(*side), side->stringAt("system"), param, rows);
    } else if (type == DataType::SampledData) {
        // Only the limits of what was sampled are in reach; without them there is nothing to compare.
        const Value* origin = value.find("origin");
        if (origin) quantity(spanBetween(value, "lowerLimit", "upperLimit"), unitOf(*origin), origin->stringAt("system"), param, rows);
    } else {
        quantity(spanOf(value), unitOf(value), value.stringAt("system"), param, rows);
    }
}

void indexUri(const Value& value, std::int32_t param, IndexRows& rows) {
    if (value.isString() && !value.text().empty()) rows.add(rows.uris, {param, std::string(cutText(value.text(), longestIndexedUri))});
}

}  // namespace polyclinic::fhir
