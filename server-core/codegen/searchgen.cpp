// searchgen <folder of definitions> <out.cpp>: the search parameters of R4 as tables for fhir/search/parameters.cpp.

#include <xxhash.h>
#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "searchgen_model.h"

namespace {

using nlohmann::json;
using namespace searchgen;

const std::map<std::string, std::set<std::string>> indexable = {
    {"token",
     {"CodeableConcept", "Coding", "Identifier", "ContactPoint", "code", "boolean", "string", "id", "uri", "url", "canonical", "oid",
      "uuid"}},
    {"string", {"string", "markdown", "HumanName", "Address"}},
    {"date", {"date", "dateTime", "instant", "Period", "Timing"}},
    {"reference", {"Reference", "canonical", "uri", "Resource"}},
    {"quantity", {"Quantity", "Age", "Duration", "Count", "Distance", "Money", "Range", "SampledData"}},
    {"number", {"integer", "positiveInt", "unsignedInt", "decimal", "Range"}},
    {"uri", {"uri", "url", "canonical", "oid", "uuid"}},
};

// What this program does not offer: free text and named queries have no expression, `near` needs geometry, and a
// composite of three components has no place in the index.
bool isOffered(const json& definition) {
    return definition.contains("expression") && definition["type"] != "special" && definition.value("component", json::array()).size() <= 2;
}

// HL7's package of 4.0.1 lists :above and :below for these seven; the definitions built from here do not.
const std::set<std::string> hierarchical = {"CarePlan.based-on", "CarePlan.part-of",    "CarePlan.replaces",       "Encounter.part-of",
                                            "Location.partof",   "Organization.partof", "StructureDefinition.base"};

std::string quoted(const std::string& text) { return json(text).dump(); }

/// Arrays of the output, each written once.
class Arrays {
  public:
    Arrays(std::string type, std::string prefix) : type_(std::move(type)), prefix_(std::move(prefix)) {}
    std::string name(const std::string& body) {
        if (body.empty()) return "{}";
        const auto [at, isNew] = names_.try_emplace(body, prefix_ + std::to_string(names_.size()));
        if (isNew) text_ << "constexpr " << type_ << ' ' << at->second << "[] = {" << body << "};\n";
        return at->second;
    }
    std::string text() const { return text_.str(); }

  private:
    std::string type_, prefix_;
    std::map<std::string, std::string> names_;
    std::ostringstream text_;
};

Arrays steps("Step", "steps"), branches("Branch", "branches"), components("Component", "components"),
    targets("std::string_view", "targets"), codes("std::string_view", "codes");

std::string writeBranches(const std::vector<Place>& places) {
    std::string body;
    std::set<std::string> seen;
    for (const auto& place : places) {
        std::string path;
        for (const auto& step : place.steps)
            path +=
                "{" + quoted(step.name) + (step.first ? ", true, " : ", false, ") + quoted(step.member) + ", " + quoted(step.value) + "}, ";
        const bool isCode = place.dataType == "code";
        const std::string row = "{" + steps.name(path) + ", DataType::" + place.dataType + (place.exists ? ", true, " : ", false, ") +
                                quoted(place.resolvesTo) + ", " + quoted(isCode ? place.system : "") + "}, ";
        if (seen.insert(row).second) body += row;
    }
    return body;
}

std::vector<Place> placesOf(const Definitions& definitions, const std::string& expression, const std::string& type, const std::string& kind,
                            const Place& start, std::size_t* unions = nullptr) {
    std::vector<Place> places;
    for (const auto& branch : splitUnion(expression)) {
        if (!concerns(branch, type)) continue;
        if (unions) ++*unions;
        std::ranges::copy(compile(definitions, branch, type, start), std::back_inserter(places));
    }
    if (kind != "composite")
        std::erase_if(places, [&](const Place& place) { return !place.exists && !indexable.at(kind).contains(place.dataType); });
    if (places.empty()) throw std::runtime_error(type + ": nothing to index in " + expression);
    return places;
}

struct Row {
    std::string code, text;
    bool offered;
};

class Writer {
  public:
    Writer(const Definitions& definitions, const std::vector<json>& parameters) : definitions_(definitions) {
        for (const auto& each : parameters) byUrl_[each["url"]] = each;
    }

    Row row(const std::string& type, const json& parameter) {
        const std::string code = parameter["code"], kind = parameter["type"];
        const bool offered = isOffered(parameter);
        std::string storage = offered ? "index" : "none", branchNames = "{}", componentNames = "{}";
        bool repeats = false;
        if (code == "_id" || code == "_lastUpdated") {
            storage = code == "_id" ? "id" : "updated";
        } else if (offered) {
            std::size_t unions = 0;
            const Place root{type, "", {}, false, false, "", ""};
            auto places = placesOf(definitions_, parameter["expression"], type, kind, root, &unions);
            repeats = unions > 1 || std::ranges::any_of(places, &Place::repeats);
            if (kind == "composite") {
                componentNames = components.name(writeComponents(parameter, type, places));
                for (auto& place : places) place.dataType = "element";
            }
            branchNames = branches.name(writeBranches(places));
        }
        std::string list;
        const auto named = parameter.value("target", json::array());
        for (const auto& target : named) list += quoted(target) + ", ";
        const std::string full = type + "." + code;
        const auto id = remember(full);
        remember(full + ":identifier");
        return {code,
                "{" + quoted(type) + ", " + quoted(code) + ", " + quoted(parameter["url"]) + ", ParameterType::" + kind +
                    ", Storage::" + storage + (repeats ? ", true" : ", false") + (hierarchical.contains(full) ? ", true, " : ", false, ") +
                    std::to_string(id) + ", " + targets.name(list) + ", " + branchNames + ", " + componentNames + "},\n",
                storage != "none"};
    }

  private:
    std::string writeComponents(const json& parameter, const std::string& type, const std::vector<Place>& contexts) {
        std::string body;
        for (const auto& component : parameter["component"]) {
            std::string kind = byUrl_.at(component["definition"])["type"];
            std::vector<Place> places;
            for (Place start : contexts) {  // the same element names below every context: steps are relative to it
                start.steps.clear();
                std::ranges::copy(placesOf(definitions_, component["expression"], type, "composite", start), std::back_inserter(places));
            }
            // DocumentReference-relationship names its two definitions the wrong way round: the data type decides.
            const auto fits = [&](const Place& place) { return indexable.at(kind).contains(place.dataType); };
            if (std::ranges::none_of(places, fits)) kind = kind == "token" ? "reference" : "token";
            std::erase_if(places, [&](const Place& place) { return !fits(place); });
            if (places.empty()) throw std::runtime_error(type + ": nothing to index in a component");
            body += "{ParameterType::" + kind + ", " + branches.name(writeBranches(places)) + "}, ";
        }
        return body;
    }

    std::int32_t remember(const std::string& name) {
        const auto id = static_cast<std::int32_t>(XXH3_64bits(name.data(), name.size()));
        const auto [at, isNew] = ids_.try_emplace(id, name);
        if (!isNew && at->second != name) throw std::runtime_error("equal numbers: " + name + " and " + at->second);
        return id;
    }

    const Definitions& definitions_;
    std::map<std::string, json> byUrl_;
    std::map<std::int32_t, std::string> ids_;
};

/// Type -> search parameters that put a resource into a patient's compartment, of HL7's CompartmentDefinition.
std::map<std::string, std::vector<std::string>> readPatientCompartment(const std::string& folder) {
    std::map<std::string, std::vector<std::string>> members;
    const json bundle = readJson(folder + "/profiles-resources.json");
    for (const auto& entry : bundle["entry"]) {
        const auto& definition = entry["resource"];
        if (definition["resourceType"] != "CompartmentDefinition" || definition["code"] != "Patient") continue;
        for (const auto& member : definition["resource"])
            for (const auto& parameter : member.value("param", json::array())) members[member["code"]].push_back(parameter);
    }
    if (members.empty()) throw std::runtime_error("the definitions have no Patient compartment");
    return members;
}

void run(const std::string& folder, const std::string& out) {
    const Definitions definitions = readDefinitions(folder);
    std::vector<json> parameters;
    const json bundle = readJson(folder + "/search-parameters.json");
    for (const auto& entry : bundle["entry"]) {
        const auto& resource = entry["resource"];
        if (resource.value("url", "").starts_with("http://hl7.org/fhir/")) parameters.push_back(resource);
    }

    Writer writer(definitions, parameters);
    std::map<std::string, std::map<std::string, Row>> types;
    for (const auto& parameter : parameters) {
        for (const std::string base : parameter["base"]) {
            const bool common = base == "Resource" || base == "DomainResource";
            const auto& bases = common ? definitions.resourceTypes : std::vector<std::string>{base};
            for (const auto& type : bases) {
                Row row = writer.row(type, parameter);
                if (!types[type].try_emplace(row.code, row).second) throw std::runtime_error(type + "." + row.code + " is defined twice");
            }
        }
    }

    std::ostringstream rows, entries;
    for (const auto& [type, all] : types) {
        std::ostringstream offered;
        std::size_t index = 0, count = 0;
        rows << "constexpr Parameter all" << type << "[] = {\n";
        for (const auto& [code, row] : all) {
            rows << row.text;
            if (row.offered) offered << "&all" << type << "[" << index << "], ", ++count;
            ++index;
        }
        rows << "};\nconstexpr const Parameter* offered" << type << "[] = {" << offered.str() << "};\n";
        entries << "    {" << quoted(type) << ", all" << type << ", offered" << type << "},\n";
        if (count == 0) throw std::runtime_error(type + " has no parameter");
    }
    std::ostringstream compartment;
    for (const auto& [type, parameters] : readPatientCompartment(folder)) {
        std::string list;
        for (const auto& code : parameters) {
            const auto& row = types.at(type).at(code);
            if (!row.offered || row.text.find("ParameterType::reference") == std::string::npos)
                throw std::runtime_error(type + "." + code + " stands in a compartment and is no reference");
            list += quoted(code) + ", ";
        }
        compartment << "    {" << quoted(type) << ", " << codes.name(list) << "},\n";
    }
    std::ofstream file(out, std::ios::binary);
    file << "// Written by searchgen from HL7's definitions.\n\n#include \"fhir/search/parameter_tables.h\"\n\n"
         << "namespace polyclinic::fhir::tables {\nnamespace {\n\n"
         << targets.text() << steps.text() << branches.text() << components.text() << codes.text() << rows.str()
         << "constexpr TypeEntry entries[] = {\n"
         << entries.str() << "};\n\n"
         << "constexpr CompartmentEntry members[] = {\n"
         << compartment.str() << "};\n\n}  // namespace\n\n"
         << "const std::span<const TypeEntry> searchTypes = entries;\n"
         << "const std::span<const CompartmentEntry> patientCompartment = members;\n\n}  // namespace polyclinic::fhir::tables\n";
    if (!file.flush()) throw std::runtime_error("cannot write " + out);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    try {
        run(argv[1], argv[2]);
    } catch (const std::exception& error) {
        std::cerr << "searchgen: " << error.what() << '\n';
        return 1;
    }
}
