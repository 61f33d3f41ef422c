// StructureDefinition snapshots to types and elements.

#include <stdexcept>

#include "model.h"

namespace polyclinic::fhirgen {
namespace {

using json::Value;

std::string lastStep(std::string_view path) { return std::string(path.substr(path.rfind('.') + 1)); }

bool hasChildren(std::span<Value> elements, std::string_view path) {
    const std::string prefix = std::string(path) + ".";
    for (const Value& element : elements) {
        if (element.stringAt("path").starts_with(prefix)) return true;
    }
    return false;
}

/// System types (Element.id, Extension.url, Resource.id) name their FHIR type in an extension.
std::string systemType(std::string_view path, const Value& type) {
    if (const Value* extensions = type.find("extension")) {
        for (const Value& extension : extensions->items()) {
            if (extension.stringAt("url").ends_with("/structuredefinition-fhir-type")) {
                return std::string(extension.stringAt("valueUrl"));
            }
        }
    }
    throw std::runtime_error("no FHIR type for the system type at " + std::string(path));
}

TypeUse readUse(std::string_view path, const Value& type) {
    TypeUse use;
    use.code = std::string(type.stringAt("code"));
    if (use.code.starts_with("http://hl7.org/fhirpath/")) use.code = systemType(path, type);
    const Value* targets = use.code == "Reference" ? type.find("targetProfile") : nullptr;
    if (!targets) return use;
    for (const Value& target : targets->items()) {
        const std::string_view url = target.text();
        use.targets.emplace_back(url.substr(url.rfind('/') + 1));
    }
    return use;
}

ElementModel readElement(const Value& row, std::span<Value> all, bool ofResource) {
    const std::string_view path = row.stringAt("path");
    ElementModel element;
    element.name = lastStep(path);
    element.min = row.find("min")->text() == "0" ? 0 : 1;
    element.list = row.stringAt("max") != "1";
    const auto truth = [&](std::string_view name) {
        const Value* value = row.find(name);
        return value && value->text() == "true";
    };
    element.summary = truth("isSummary");
    element.modifier = truth("isModifier");
    if (element.name.ends_with("[x]")) {
        element.choice = true;
        element.name.resize(element.name.size() - 3);
    }
    if (const auto reference = row.stringAt("contentReference"); !reference.empty()) {
        element.types.push_back({std::string(reference.substr(reference.find('#') + 1)), {}});
    } else if (hasChildren(all, path)) {
        element.types.push_back({std::string(path), {}});
    } else if (const Value* types = row.find("type")) {
        for (const Value& type : types->items()) element.types.push_back(readUse(path, type));
    }
    // R4 says string here, but the page on Resource and every server mean the type id.
    if (ofResource && element.name == "id" && path.find('.') == path.rfind('.')) element.types = {{"id", {}}};
    if (const Value* binding = row.find("binding"); binding && binding->stringAt("strength") == "required") {
        const std::string_view set = binding->stringAt("valueSet");
        element.valueSet = std::string(set.substr(0, set.find('|')));
    }
    return element;
}

void readDefinition(const Value& definition, Types& types) {
    const std::string name(definition.stringAt("type"));
    const std::string_view kind = definition.stringAt("kind");
    const auto elements = definition.find("snapshot")->find("element")->items();
    const bool resource = kind == "resource" || kind == "logical";
    const bool primitive = kind == "primitive-type";
    for (const Value& row : elements) {
        const std::string path(row.stringAt("path"));
        const bool root = path == name;
        if (root || (!primitive && hasChildren(elements, path))) {
            TypeModel& type = types[path];
            if (!root)
                type.kind = fhir::TypeKind::backbone;
            else if (resource)
                type.kind = fhir::TypeKind::resource;
            else if (primitive)
                type.kind = fhir::TypeKind::primitive;
            type.abstract = root && definition.find("abstract")->text() == "true";
        }
        if (root || primitive || row.stringAt("max") == "0") continue;
        types.at(path.substr(0, path.rfind('.'))).elements.push_back(readElement(row, elements, resource));
    }
}

}  // namespace

Types readTypes(const std::vector<json::Document>& bundles) {
    Types types;
    for (const json::Document& bundle : bundles) {
        for (const Value& entry : bundle.root().find("entry")->items()) {
            const Value& resource = *entry.find("resource");
            if (resource.stringAt("resourceType") != "StructureDefinition") continue;
            if (resource.stringAt("derivation") == "constraint") continue;
            if (!resource.stringAt("url").starts_with("http://hl7.org/fhir/")) continue;  // the package's own
            readDefinition(resource, types);
        }
    }
    // Logical: its elements are those of real resources.
    if (const auto found = types.find("MetadataResource"); found != types.end()) found->second.abstract = true;
    return types;
}

}  // namespace polyclinic::fhirgen
