// Shape of the tables that codegen/fhirgen writes from HL7's definitions. Rows name each other by index.

#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace polyclinic::fhir {

enum class TypeKind : std::uint8_t { primitive, datatype, backbone, resource };

/// none: no primitive type.
enum class Primitive : std::uint8_t {
    none,
    base64Binary,
    boolean,
    canonical,
    code,
    date,
    dateTime,
    decimal,
    id,
    instant,
    integer,
    markdown,
    oid,
    positiveInt,
    string,
    time,
    unsignedInt,
    uri,
    url,
    uuid,
    xhtml
};

/// A type, or a part of one with elements of its own, then named by its path: "Patient.contact".
struct Type {
    std::string_view name;
    TypeKind kind;
    bool abstract;
    Primitive primitive;
    std::uint8_t slotBits;  // 2^slotBits places of lookup from firstSlot on: names of members hashed by nameHash
    std::uint32_t firstSlot;
    std::uint16_t firstElement;
    std::uint16_t elementCount;
    std::array<std::uint64_t, 2> required;  // bit n: element firstElement + n must be there
};

struct Element {
    static constexpr std::uint16_t unbound = 0xffff;

    std::string_view name;  // without [x]
    std::uint16_t min;
    bool list;
    bool choice;
    bool summary;
    bool modifier;
    std::uint16_t valueSet;  // of a required binding, else unbound
    std::uint16_t firstProperty;
    std::uint16_t propertyCount;  // one for each type of a choice, else 1
};

/// A JSON member name of a type.
struct Property {
    std::string_view name;  // valueQuantity
    std::uint16_t element;
    std::uint16_t type;
    std::uint16_t firstTarget;  // of a Reference
    std::uint16_t targetCount;  // 0: any
};

enum class ValueSetKind : std::uint8_t {
    codes,
    mimeType,  // BCP 13
    currency,  // ISO 4217
    anyCode    // a code system that is not ours to ship: any well-formed code
};

struct Code {
    std::string_view code;
    std::string_view system;
};

/// Of a required binding; its codes are sorted by code.
struct ValueSet {
    std::string_view url;
    ValueSetKind kind;
    std::uint16_t firstCode;
    std::uint16_t codeCount;
};

struct Tables {
    std::span<const Type> types;  // sorted by name
    std::span<const Element> elements;
    std::span<const Property> properties;
    std::span<const std::uint16_t> lookup;   // index of a property plus 1; 0: empty
    std::span<const std::uint16_t> targets;  // indexes of types
    std::span<const ValueSet> valueSets;     // sorted by url
    std::span<const Code> codes;
    std::span<const std::string_view> resourceTypes;  // concrete ones, sorted
};

/// Where in a type's slots the search for a member name begins.
inline std::uint32_t nameHash(std::string_view name) {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    if (name.size() >= 8) {
        std::memcpy(&head, name.data(), 8);
        std::memcpy(&tail, name.data() + name.size() - 8, 8);
    } else {
        for (const char c : name) head = head << 8 | static_cast<unsigned char>(c);
    }
    const std::uint64_t mixed = (head ^ (tail * 0x9e3779b97f4a7c15)) + name.size();
    return static_cast<std::uint32_t>((mixed * 0xd6e8feb86659fd93) >> 32);
}

/// R4 4.0.1, written by the build.
const Tables& r4Tables();

}  // namespace polyclinic::fhir
