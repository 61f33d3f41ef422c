#include <algorithm>
#include <fstream>
#include <set>
#include <stdexcept>

#include "searchgen_model.h"

namespace searchgen {

using nlohmann::json;

json readJson(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read " + path);
    return json::parse(file);
}

namespace {

/// Value set url -> its only code system, for sets that take from one system.
std::map<std::string, std::string> systemsOfValueSets(const std::string& folder) {
    std::map<std::string, std::string> systems;
    const json bundle = readJson(folder + "/valuesets.json");
    for (const auto& entry : bundle["entry"]) {
        const auto& set = entry["resource"];
        if (set["resourceType"] != "ValueSet" || !set.contains("url")) continue;
        std::set<std::string> found;
        const auto includes = set.value("/compose/include"_json_pointer, json::array());
        for (const auto& include : includes) found.insert(include.value("system", ""));
        if (found.size() == 1 && !found.begin()->empty()) systems[set["url"]] = *found.begin();
    }
    return systems;
}

Element readElement(const json& from, const std::map<std::string, std::string>& systems) {
    Element element;
    for (const auto& type : from.value("type", json::array())) {
        std::string code = type["code"];
        if (code == "http://hl7.org/fhirpath/System.String") {
            const std::string path = from["path"];  // "Patient.id" is an id, "Patient.contact.id" a string
            code = std::count(path.begin(), path.end(), '.') == 1 ? "id" : "string";
        }
        element.types.push_back(code);
    }
    element.contentReference = from.value("contentReference", "");
    if (!element.contentReference.empty()) element.contentReference.erase(0, 1);
    element.repeats = from["max"] != "1";
    if (from.value("/binding/strength"_json_pointer, "") == "required") {
        std::string set = from.value("/binding/valueSet"_json_pointer, "");
        set = set.substr(0, set.find('|'));
        if (const auto at = systems.find(set); at != systems.end()) element.system = at->second;
    }
    return element;
}

}  // namespace

Definitions readDefinitions(const std::string& folder) {
    const auto systems = systemsOfValueSets(folder);
    Definitions out;
    for (const char* name : {"/profiles-types.json", "/profiles-resources.json"}) {
        const json bundle = readJson(folder + name);
        for (const auto& entry : bundle["entry"]) {
            const auto& definition = entry["resource"];
            if (definition["resourceType"] != "StructureDefinition" || !definition.contains("snapshot")) continue;
            if (definition.value("derivation", "") == "constraint" || definition.value("kind", "") == "logical") continue;
            if (definition.value("kind", "") == "resource" && !definition.value("abstract", false))
                out.resourceTypes.push_back(definition["type"]);
            for (const auto& each : definition["snapshot"]["element"]) {
                std::string path = each["path"];
                Element element = readElement(each, systems);
                if (path.ends_with("[x]")) {
                    element.choice = true;
                    path.erase(path.size() - 3);
                }
                out.elements[path] = std::move(element);
            }
        }
    }
    std::ranges::sort(out.resourceTypes);
    return out;
}

}  // namespace searchgen
