// What fhirgen reads from HL7's files before it writes tables.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "fhir/definitions/tables.h"

namespace polyclinic::fhirgen {

struct TypeUse {
    std::string code;  // a type or the path of a part
    std::vector<std::string> targets;
};

struct ElementModel {
    std::string name;  // without [x]
    unsigned min = 0;
    bool list = false;
    bool choice = false;
    bool summary = false;
    bool modifier = false;
    std::string valueSet;  // canonical without version, of a required binding
    std::vector<TypeUse> types;
};

struct TypeModel {
    fhir::TypeKind kind = fhir::TypeKind::datatype;
    bool abstract = false;
    std::vector<ElementModel> elements;
};

using Types = std::map<std::string, TypeModel>;

struct ValueSetModel {
    fhir::ValueSetKind kind = fhir::ValueSetKind::codes;
    std::vector<std::pair<std::string, std::string>> codes;  // code, system; sorted
};

using ValueSets = std::map<std::string, ValueSetModel>;

/// A FHIR Bundle's file. Throws when it cannot be read.
json::Document readFile(const std::string& path);

/// Types of the StructureDefinitions in these Bundles; profiles are left out.
Types readTypes(const std::vector<json::Document>& bundles);

/// Expands every value set that an element of `types` is bound to. Throws for one that cannot be expanded.
ValueSets expandBound(const Types& types, const std::vector<json::Document>& bundles);

/// The tables as a C++ file.
void writeTables(const Types& types, const ValueSets& sets, const std::string& path);

}  // namespace polyclinic::fhirgen
