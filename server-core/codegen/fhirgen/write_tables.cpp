// The tables of fhir/definitions/tables.h as a C++ file of constants.

#include <algorithm>
#include <bit>
#include <fstream>
#include <stdexcept>
#include <unordered_map>

#include "base/encoding.h"
#include "model.h"

namespace polyclinic::fhirgen {
namespace {

using namespace polyclinic::fhir;

const std::vector<std::string> primitives{"none",    "base64Binary", "boolean",     "canonical", "code",     "date", "dateTime",
                                          "decimal", "id",           "instant",     "integer",   "markdown", "oid",  "positiveInt",
                                          "string",  "time",         "unsignedInt", "uri",       "url",      "uuid", "xhtml"};

/// Texts in the rows below live in the models and in `names`.
struct Output {
    std::vector<Type> types;
    std::vector<Element> elements;
    std::vector<Property> properties;
    std::vector<std::uint16_t> slots;
    std::vector<std::uint16_t> targets;
    std::map<std::string, std::uint16_t> typeIndex;
    std::map<std::string, std::uint16_t> setIndex;
    std::map<std::vector<std::uint16_t>, std::uint16_t> targetSlices;
    std::vector<std::unique_ptr<std::string>> names;
};

std::uint16_t small(std::size_t number) {
    if (number >= 0xffff) throw std::runtime_error("a table outgrew 16 bits");
    return static_cast<std::uint16_t>(number);
}

std::uint16_t indexOf(const Output& out, const std::string& type) {
    const auto found = out.typeIndex.find(type);
    if (found == out.typeIndex.end()) throw std::runtime_error("an element has the unknown type " + type);
    return found->second;
}

std::string capitalized(std::string text) {
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

void addTargets(Output& out, const TypeUse& use, Property& property) {
    std::vector<std::uint16_t> slice;
    for (const std::string& target : use.targets) {
        if (target == "Resource") return;  // any
        slice.push_back(indexOf(out, target));
    }
    if (slice.empty()) return;
    const auto [place, added] = out.targetSlices.emplace(slice, small(out.targets.size()));
    if (added) out.targets.insert(out.targets.end(), slice.begin(), slice.end());
    property.firstTarget = place->second;
    property.targetCount = small(slice.size());
}

void addElement(Output& out, const ElementModel& model) {
    Element element{};
    element.name = model.name;
    element.min = static_cast<std::uint16_t>(model.min);
    element.list = model.list;
    element.choice = model.choice;
    element.summary = model.summary;
    element.modifier = model.modifier;
    element.valueSet = model.valueSet.empty() ? Element::unbound : out.setIndex.at(model.valueSet);
    element.firstProperty = small(out.properties.size());
    element.propertyCount = small(model.types.size());
    for (const TypeUse& use : model.types) {
        out.names.push_back(std::make_unique<std::string>(model.choice ? model.name + capitalized(use.code) : model.name));
        Property property{};
        property.name = *out.names.back();
        property.element = small(out.elements.size());
        property.type = indexOf(out, use.code);
        addTargets(out, use, property);
        out.properties.push_back(property);
    }
    out.elements.push_back(element);
}

void addSlots(Output& out, Type& type, std::size_t firstProperty) {
    const std::size_t count = out.properties.size() - firstProperty;
    type.slotBits = static_cast<std::uint8_t>(std::bit_width(count * 2));
    type.firstSlot = static_cast<std::uint32_t>(out.slots.size());
    const std::uint32_t mask = (1u << type.slotBits) - 1;
    out.slots.resize(out.slots.size() + mask + 1);
    for (std::size_t i = firstProperty; i < out.properties.size(); ++i) {
        std::uint32_t at = nameHash(out.properties[i].name) & mask;
        while (out.slots[type.firstSlot + at] != 0) at = (at + 1) & mask;
        out.slots[type.firstSlot + at] = small(i + 1);
    }
}

void addType(Output& out, const std::string& name, const TypeModel& model) {
    Type type{};
    type.name = name;
    type.kind = model.kind;
    type.abstract = model.abstract;
    type.firstElement = small(out.elements.size());
    type.elementCount = small(model.elements.size());
    if (model.elements.size() > 128) throw std::runtime_error("more than 128 elements in " + name);
    if (model.kind == TypeKind::primitive) {
        const auto found = std::find(primitives.begin(), primitives.end(), name);
        if (found == primitives.end()) throw std::runtime_error("unknown primitive " + name);
        type.primitive = static_cast<Primitive>(found - primitives.begin());
    }
    const std::size_t firstProperty = out.properties.size();
    for (std::size_t i = 0; i < model.elements.size(); ++i) {
        if (model.elements[i].min > 0) type.required[i / 64] |= std::uint64_t(1) << (i % 64);
        addElement(out, model.elements[i]);
    }
    addSlots(out, type, firstProperty);
    out.types.push_back(type);
}

void refuseCollisions(const Types& types) {
    std::unordered_map<std::uint32_t, std::string> codes;
    for (const auto& [name, type] : types) {
        if (type.kind == TypeKind::backbone) continue;
        const auto code = static_cast<std::uint32_t>(indexHash(name));
        if (code == 0 || !codes.emplace(code, name).second) throw std::runtime_error("type codes collide at " + name);
    }
}

const char* text(TypeKind kind) {
    switch (kind) {
        case TypeKind::primitive:
            return "TypeKind::primitive";
        case TypeKind::datatype:
            return "TypeKind::datatype";
        case TypeKind::backbone:
            return "TypeKind::backbone";
        case TypeKind::resource:
            return "TypeKind::resource";
    }
    return "";
}

const char* text(ValueSetKind kind) {
    switch (kind) {
        case ValueSetKind::codes:
            return "ValueSetKind::codes";
        case ValueSetKind::mimeType:
            return "ValueSetKind::mimeType";
        case ValueSetKind::currency:
            return "ValueSetKind::currency";
        case ValueSetKind::anyCode:
            return "ValueSetKind::anyCode";
    }
    return "";
}

std::string quoted(std::string_view value) {
    std::string out;
    json::writeString(value, out);  // printable ASCII needs the same escapes in C++
    return out + "sv";
}

void writeNumbers(std::ostream& file, const char* name, const std::vector<std::uint16_t>& numbers) {
    file << "constexpr std::uint16_t " << name << "[] = {";
    for (std::size_t i = 0; i < numbers.size(); ++i) file << numbers[i] << (i % 24 == 23 ? ",\n" : ",");
    file << "};\n";
}

void writeStructure(std::ostream& file, const Output& out) {
    file << "constexpr Type types[] = {\n";
    for (const Type& t : out.types) {
        file << "{" << quoted(t.name) << "," << text(t.kind) << "," << t.abstract
             << ",Primitive::" << primitives[static_cast<std::size_t>(t.primitive)] << "," << int(t.slotBits) << "," << t.firstSlot << ","
             << t.firstElement << "," << t.elementCount << ",{{" << t.required[0] << "u," << t.required[1] << "u}}},\n";
    }
    file << "};\nconstexpr Element elements[] = {\n";
    for (const Element& e : out.elements) {
        file << "{" << quoted(e.name) << "," << e.min << "," << e.list << "," << e.choice << "," << e.summary << "," << e.modifier << ","
             << e.valueSet << "," << e.firstProperty << "," << e.propertyCount << "},\n";
    }
    file << "};\nconstexpr Property properties[] = {\n";
    for (const Property& p : out.properties) {
        file << "{" << quoted(p.name) << "," << p.element << "," << p.type << "," << p.firstTarget << "," << p.targetCount << "},\n";
    }
    file << "};\n";
    writeNumbers(file, "slots", out.slots);
    writeNumbers(file, "targets", out.targets);
}

void writeSets(std::ostream& file, const ValueSets& sets) {
    std::size_t first = 0;
    file << "constexpr ValueSet valueSets[] = {\n";
    for (const auto& [url, set] : sets) {
        file << "{" << quoted(url) << "," << text(set.kind) << "," << first << "," << set.codes.size() << "},\n";
        first += set.codes.size();
        small(first);
    }
    file << "};\nconstexpr Code codes[] = {\n";
    for (const auto& [url, set] : sets) {
        for (const auto& [code, system] : set.codes) file << "{" << quoted(code) << "," << quoted(system) << "},\n";
    }
    file << "};\n";
}

}  // namespace

void writeTables(const Types& types, const ValueSets& sets, const std::string& path) {
    refuseCollisions(types);
    Output out;
    for (const auto& [name, type] : types) out.typeIndex.emplace(name, small(out.typeIndex.size()));
    for (const auto& [url, set] : sets) out.setIndex.emplace(url, small(out.setIndex.size()));
    for (const auto& [name, type] : types) addType(out, name, type);

    std::ofstream file(path);
    file << "// Written by fhirgen during the build.\n#include \"fhir/definitions/tables.h\"\n\n"
            "namespace polyclinic::fhir {\nusing namespace std::string_view_literals;\nnamespace {\n";
    writeStructure(file, out);
    writeSets(file, sets);
    file << "constexpr std::string_view resourceTypes[] = {\n";
    for (const auto& [name, type] : types) {
        if (type.kind == TypeKind::resource && !type.abstract) file << quoted(name) << ",\n";
    }
    file << "};\n}  // namespace\n\nconst Tables& r4Tables() {\n    static constexpr Tables tables{types, "
            "elements, "
            "properties, slots, targets, valueSets, codes, resourceTypes};\n    return tables;\n}\n\n}  // "
            "namespace\n";
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace polyclinic::fhirgen
