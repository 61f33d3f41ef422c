#include "fhir/search/types/types.h"

#include <algorithm>
#include <set>

#include "fhir/definitions/definitions.h"
#include "fhir/search/query_values.h"

namespace polyclinic::fhir {
namespace {

constexpr TypeRow typeRows[] = {
    {ParameterType::token, "", Match::token, readToken},
    {ParameterType::token, "not", Match::token, readToken, true},
    {ParameterType::string, "", Match::string, readString},
    {ParameterType::string, "exact", Match::exact, readExactString},
    {ParameterType::string, "contains", Match::contains, readString},
    {ParameterType::reference, "", Match::reference, readReference},
    {ParameterType::reference, "identifier", Match::token, readToken, false, ":identifier"},
    {ParameterType::date, "", Match::date, readDate},
    {ParameterType::number, "", Match::number, readNumber},
    {ParameterType::quantity, "", Match::quantity, readQuantity},
    {ParameterType::uri, "", Match::uri, readUri},
    {ParameterType::uri, "above", Match::uri, readUriAbove},
    {ParameterType::uri, "below", Match::below, readUri},
    {ParameterType::composite, "", Match::composite, readComposite},
    {ParameterType::special, "", Match::token, readToken},
};
constexpr TypeRow idRow{ParameterType::token, "", Match::id, readId};
constexpr TypeRow updatedRow{ParameterType::date, "", Match::updated, readDate};

const TypeRow* findRow(ParameterType type, std::string_view modifier) {
    const auto row = std::ranges::find_if(typeRows, [&](const auto& each) { return each.type == type && each.modifier == modifier; });
    return row == std::end(typeRows) ? nullptr : row;
}

/// Modifiers that FHIR knows, on whatever type.
bool isModifier(std::string_view name) {
    static const std::set<std::string_view> names{"text",  "in",       "not-in", "above",      "below", "of-type",
                                                  "exact", "contains", "not",    "identifier", "type",  "missing"};
    return names.contains(name);
}

}  // namespace

std::int32_t TypeRow::paramOf(const Parameter& parameter) const {
    return derived.empty() ? parameter.id : parameterId(parameter.type, std::string(parameter.code).append(derived));
}

const TypeRow& plainRow(ParameterType type) { return *findRow(type, ""); }

const TypeRow& plainRow(const Parameter& parameter) {
    if (parameter.storage == Storage::id) return idRow;
    if (parameter.storage == Storage::updated) return updatedRow;
    return plainRow(parameter.kind);
}

const TypeRow& rowOf(const Parameter& parameter, std::string_view modifier) {
    if (modifier.empty()) return plainRow(parameter);
    if (parameter.storage == Storage::index) {
        if (const auto* row = findRow(parameter.kind, modifier)) return *row;
        if (parameter.kind == ParameterType::reference && Definitions::r4().isResourceType(modifier)) return plainRow(parameter);
    }
    if (isModifier(modifier)) notOffered("Search parameter " + std::string(parameter.code) + ": the modifier is not offered.");
    refuse(parameter, "FHIR has no such modifier.");
}

}  // namespace polyclinic::fhir
