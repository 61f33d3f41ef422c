// Value sets of required bindings, expanded from the code systems in the same files.

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>
#include <unordered_map>

#include "model.h"

namespace polyclinic::fhirgen {
namespace {

using json::Value;
using CodeSet = std::set<std::pair<std::string, std::string>>;  // code, system

struct Concept {
    std::set<std::string> parents;
    bool selectable = true;
};
using CodeSystem = std::unordered_map<std::string, Concept>;

std::string withoutVersion(std::string_view canonical) { return std::string(canonical.substr(0, canonical.find('|'))); }

class Expander {
  public:
    explicit Expander(const std::vector<json::Document>& bundles) {
        for (const json::Document& bundle : bundles) {
            for (const Value& entry : bundle.root().find("entry")->items()) {
                const Value& resource = *entry.find("resource");
                const auto type = resource.stringAt("resourceType");
                const std::string url(resource.stringAt("url"));
                if (type == "ValueSet") sets_.emplace(url, &resource);
                if (type == "CodeSystem" && resource.find("concept")) systems_.emplace(url, &resource);
            }
        }
    }

    CodeSet expand(const std::string& url) {
        const auto found = sets_.find(url);
        if (found == sets_.end()) throw std::runtime_error("no value set " + url);
        const Value* compose = found->second->find("compose");
        if (!compose) throw std::runtime_error("nothing composes the value set " + url);
        CodeSet codes;
        for (const Value& part : compose->find("include")->items()) codes.merge(expandPart(part));
        if (const Value* excludes = compose->find("exclude")) {
            for (const Value& part : excludes->items()) {
                for (const auto& code : expandPart(part)) codes.erase(code);
            }
        }
        if (codes.empty()) throw std::runtime_error("no code in the value set " + url);
        return codes;
    }

  private:
    /// Its system's codes and all of its value sets must hold a code.
    CodeSet expandPart(const Value& part) {
        std::optional<CodeSet> codes;
        const auto narrow = [&](CodeSet other) {
            if (!codes)
                codes = std::move(other);
            else
                std::erase_if(*codes, [&](const auto& code) { return !other.contains(code); });
        };
        if (part.find("system")) narrow(expandSystem(part));
        if (const Value* imports = part.find("valueSet")) {
            for (const Value& import : imports->items()) narrow(expand(withoutVersion(import.text())));
        }
        return codes.value_or(CodeSet());
    }

    CodeSet expandSystem(const Value& part) {
        const std::string system(part.stringAt("system"));
        CodeSet codes;
        if (const Value* listed = part.find("concept")) {
            for (const Value& item : listed->items()) codes.emplace(item.stringAt("code"), system);
            return codes;
        }
        const CodeSystem& concepts = codeSystem(system);
        const Value* filters = part.find("filter");
        for (const auto& [code, concept_] : concepts) {
            // Abstract codes group others; HL7's own expansions leave them out too.
            if (!concept_.selectable) continue;
            const auto passes = [&, &code = code](const Value& filter) { return matches(concepts, code, filter); };
            if (!filters || std::ranges::all_of(filters->items(), passes)) codes.emplace(code, system);
        }
        return codes;
    }

    static bool matches(const CodeSystem& concepts, const std::string& code, const Value& filter) {
        const std::string value(filter.stringAt("value"));
        const std::string_view op = filter.stringAt("op");
        if (filter.stringAt("property") != "concept") throw std::runtime_error("a filter on a property");
        if (op == "is-a") return code == value || isBelow(concepts, code, value);
        if (op == "descendent-of") return isBelow(concepts, code, value);
        if (op == "is-not-a") return code != value && !isBelow(concepts, code, value);
        throw std::runtime_error("the filter " + std::string(op));
    }

    static bool isBelow(const CodeSystem& concepts, const std::string& code, const std::string& ancestor) {
        const auto found = concepts.find(code);
        if (found == concepts.end()) return false;
        for (const std::string& parent : found->second.parents) {
            if (parent == ancestor || isBelow(concepts, parent, ancestor)) return true;
        }
        return false;
    }

    const CodeSystem& codeSystem(const std::string& url) {
        if (const auto known = read_.find(url); known != read_.end()) return known->second;
        const auto found = systems_.find(url);
        if (found == systems_.end()) throw std::runtime_error("no code system " + url);
        CodeSystem& concepts = read_[url];
        addConcepts(*found->second, {}, concepts);
        return concepts;
    }

    static void addConcepts(const Value& holder, const std::string& parent, CodeSystem& concepts) {
        const Value* children = holder.find("concept");
        if (!children) return;
        for (const Value& child : children->items()) {
            const std::string code(child.stringAt("code"));
            Concept& concept_ = concepts[code];
            if (!parent.empty()) concept_.parents.insert(parent);
            if (const Value* properties = child.find("property")) {
                for (const Value& property : properties->items()) {
                    const auto name = property.stringAt("code");
                    if (name == "subsumedBy") concept_.parents.emplace(property.stringAt("valueCode"));
                    const Value* truth = property.find("valueBoolean");
                    if (name == "notSelectable" && truth && truth->text() == "true") concept_.selectable = false;
                }
            }
            addConcepts(child, code, concepts);
        }
    }

    std::unordered_map<std::string, const Value*> sets_;
    std::unordered_map<std::string, const Value*> systems_;
    std::unordered_map<std::string, CodeSystem> read_;
};

/// Sets whose codes are a grammar, or belong to a system that HL7 does not ship.
const std::map<std::string, fhir::ValueSetKind> special{
    {"http://hl7.org/fhir/ValueSet/mimetypes", fhir::ValueSetKind::mimeType},
    {"http://hl7.org/fhir/ValueSet/currencies", fhir::ValueSetKind::currency},
    {"http://hl7.org/fhir/ValueSet/ucum-units", fhir::ValueSetKind::anyCode},
    {"http://loinc.org/vs/LL379-9", fhir::ValueSetKind::anyCode},
};

}  // namespace

ValueSets expandBound(const Types& types, const std::vector<json::Document>& bundles) {
    Expander expander(bundles);
    ValueSets sets;
    for (const auto& [name, type] : types) {
        for (const ElementModel& element : type.elements) {
            if (element.valueSet.empty() || sets.contains(element.valueSet)) continue;
            ValueSetModel& set = sets[element.valueSet];
            if (const auto found = special.find(element.valueSet); found != special.end()) {
                set.kind = found->second;
                continue;
            }
            try {
                const CodeSet codes = expander.expand(element.valueSet);
                set.codes.assign(codes.begin(), codes.end());
            } catch (const std::runtime_error& error) {
                throw std::runtime_error("cannot expand " + element.valueSet + ": " + error.what());
            }
        }
    }
    return sets;
}

}  // namespace polyclinic::fhirgen
