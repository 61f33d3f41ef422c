// The search parameters of FHIR R4, compiled from HL7's definitions when the program is built (codegen/searchgen).
// http://hl7.org/fhir/R4/searchparameter-registry.html

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace polyclinic::fhir {

enum class ParameterType : std::uint8_t { number, date, string, token, reference, composite, quantity, uri, special };

/// Data types that an indexer can meet at the end of a branch. `element` is the context of a composite.
enum class DataType : std::uint8_t {
    element,
    CodeableConcept,
    Coding,
    Identifier,
    ContactPoint,
    code,
    boolean,
    string,
    markdown,
    id,
    uri,
    url,
    canonical,
    oid,
    uuid,
    HumanName,
    Address,
    Reference,
    Resource,
    date,
    dateTime,
    instant,
    Period,
    Timing,
    Quantity,
    Age,
    Duration,
    Count,
    Distance,
    Money,
    Range,
    SampledData,
    integer,
    positiveInt,
    unsignedInt,
    decimal,
};

/// One member to descend into. Arrays are walked through; choices are resolved to their JSON names.
struct Step {
    std::string_view name;
    bool first;               // only the first item of an array: [0]
    std::string_view member;  // where(member = value); empty: no condition
    std::string_view value;
};

/// One way from a resource (or from a composite's element) to values.
struct Branch {
    std::span<const Step> steps;
    DataType type;
    bool exists;                  // the value is whether there is one that is not false (Patient.deceased)
    std::string_view resolvesTo;  // only references to this type: where(resolve() is T)
    std::string_view system;      // of a `code`: the code system that its required binding implies; may be empty
};

struct Component {
    ParameterType type;
    std::span<const Branch> branches;
};

/// Where the values of a parameter are kept.
enum class Storage : std::uint8_t {
    index,    // rows of the index table of its type
    id,       // resource.id
    updated,  // resource.updated
    none,     // known to FHIR, not offered here
};

struct Parameter {
    std::string_view type, code, url;
    ParameterType kind;
    Storage storage;
    bool repeats;       // one resource may have several values
    bool hierarchical;  // FHIR's later package lists :above and :below for it; not offered yet
    std::int32_t id;
    std::span<const std::string_view> targets;  // of a reference; empty: any type
    std::span<const Branch> branches;
    std::span<const Component> components;
};

/// Stable number of a parameter in the index: 32 bits of the hash of "Type.code". Part of the stored format;
/// searchgen proves at build time that no two are equal. Answers a number for parameters that do not exist, too.
std::int32_t parameterId(std::string_view type, std::string_view code);

/// Null when FHIR R4 has no such parameter for the type. Those with Kept::none are known but not offered.
const Parameter* findParameter(std::string_view type, std::string_view code);

/// Those offered, by code. Empty for a type that R4 does not have.
std::span<const Parameter* const> parametersOf(std::string_view type);

/// Its bit among those of its type whose values the index keeps; 0 for one that it does not keep. Part of the stored
/// format: it moves when another parameter is offered, and the rows' definitions pack changes with that.
std::int64_t presenceBit(const Parameter& parameter);

}  // namespace polyclinic::fhir
