#include "fhir/search/extract.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <unordered_map>

#include "base/encoding.h"
#include "base/failure.h"
#include "fhir/definitions/definitions.h"
#include "fhir/resource.h"
#include "fhir/search/index_values.h"
#include "fhir/search/parameters.h"
#include "fhir/search/reference_target.h"
#include "fhir/search/steps.h"
#include "fhir/search/text.h"

namespace polyclinic::fhir {
namespace {

using json::Value;

class Extractor {
  public:
    Extractor(const Value& resource, std::string_view ownBase, std::size_t most) : resource_(resource), ownBase_(ownBase) {
        rows_.most = most;
    }

    IndexRows run() {
        std::uint64_t bit = 1;  // presenceBit() of the parameter
        for (const Parameter* parameter : parametersOf(resource_.stringAt("resourceType"))) {
            if (parameter->storage != Storage::index) continue;
            const auto before = size();
            index(*parameter);
            demandRoom(0);
            if (size() > before) rows_.present |= static_cast<std::int64_t>(bit);
            bit <<= 1;
        }
        tidy();
        return std::move(rows_);
    }

  private:
    std::size_t size() const {
        return rows_.tokens.size() + rows_.strings.size() + rows_.dates.size() + rows_.references.size() + rows_.numbers.size() +
               rows_.quantities.size() + rows_.uris.size() + rows_.composites.size();
    }

    void demandRoom(std::size_t more) const {
        if (size() + more <= rows_.most) return;
        throw Failure::withIssues(FailureKind::badRequest,
                                  {{Issue::Severity::error, "too-costly", "The resource holds more values to search for than one may have.",
                                    std::string(resource_.stringAt("resourceType"))}});
    }

    void index(const Parameter& parameter) {
        if (parameter.kind == ParameterType::composite) return indexComposite(parameter);
        if (!parameter.branches.empty() && parameter.branches.front().exists) return indexExistence(parameter);
        bool met = false;
        const auto tokens = rows_.tokens.size(), references = rows_.references.size();
        for (const auto& branch : parameter.branches)
            followSteps(resource_, branch.steps,
                        [&](const Value& value) { met |= indexValue(value, parameter.kind, branch, parameter, rows_); });
        if (!met) return;
        if (parameter.kind == ParameterType::token && rows_.tokens.size() == tokens)
            rows_.add(rows_.tokens, {parameter.id, presentWithoutCode, 0});
        if (parameter.kind == ParameterType::reference && rows_.references.size() == references)
            rows_.add(rows_.references, {parameter.id, 0, 0, 0});
    }

    /// False when the branch's condition leaves the value out.
    bool indexValue(const Value& value, ParameterType kind, const Branch& branch, const Parameter& parameter, IndexRows& rows) {
        switch (kind) {
            case ParameterType::token:
                indexToken(value, branch.type, branch.system, parameter.id, rows);
                break;
            case ParameterType::string:
                indexString(value, branch.type, parameter.id, rows);
                break;
            case ParameterType::date:
                indexDate(value, branch.type, parameter.id, rows);
                break;
            case ParameterType::number:
                indexNumber(value, branch.type, parameter.id, rows);
                break;
            case ParameterType::quantity:
                indexQuantity(value, branch.type, parameter.id, rows);
                break;
            case ParameterType::uri:
                indexUri(value, parameter.id, rows);
                break;
            case ParameterType::reference:
                return indexReference(value, branch, parameter, rows);
            default:
                break;
        }
        return true;
    }

    bool indexReference(const Value& value, const Branch& branch, const Parameter& parameter, IndexRows& rows) {
        if (branch.type == DataType::Resource) {  // a resource inside a Bundle stands for the reference to it
            const auto type = value.stringAt("resourceType"), id = value.stringAt("id");
            if (isId(id)) rows.add(rows.references, {parameter.id, indexHash(id), typeCode(type), 0});
            return true;
        }
        const bool byText = branch.type != DataType::Reference;
        const auto text = byText ? value.text() : value.stringAt("reference");
        const auto target = parseReference(text, ownBase_, byText);
        if (!branch.resolvesTo.empty() && typeNamed(value, text, target) != branch.resolvesTo) return false;
        if (target) rows.add(rows.references, {parameter.id, target->target, target->type, target->version});
        if (const Value* identifier = byText ? nullptr : value.find("identifier")) {
            const std::string code = std::string(parameter.code) + ":identifier";
            indexToken(*identifier, DataType::Identifier, {}, parameterId(parameter.type, code), rows);
        }
        return true;
    }

    /// The type of what a reference points at, told by its text, by Reference.type or by the contained resource.
    std::string_view typeNamed(const Value& reference, std::string_view text, const std::optional<ReferenceTarget>& target) {
        if (target && !target->typeName.empty()) return target->typeName;
        if (text.starts_with('#')) {
            if (const auto type = containedType(text.substr(1)); !type.empty()) return type;
        }
        return reference.stringAt("type");
    }

    std::string_view containedType(std::string_view id) {
        const Value* contained = resource_.find("contained");
        if (contained && contained_.empty())
            for (const auto& each : contained->items()) contained_.try_emplace(each.stringAt("id"), each.stringAt("resourceType"));
        const auto found = contained_.find(id);
        return found == contained_.end() ? std::string_view() : found->second;
    }

    void indexExistence(const Parameter& parameter) {
        bool exists = false;
        for (const auto& branch : parameter.branches)
            followSteps(resource_, branch.steps, [&](const Value& value) { exists |= value.text() != "false"; });
        rows_.add(rows_.tokens, {parameter.id, tokenHash(exists ? "true" : "false"), 0});
    }

    struct Side {
        std::int64_t code = 0, system = 0;
        double low = 0, high = 0;
    };

    std::vector<Side> sides(const Value& element, const Component& component, const Parameter& parameter) {
        IndexRows found;
        found.most = rows_.most;
        for (const auto& branch : component.branches)
            followSteps(element, branch.steps, [&](const Value& value) { indexValue(value, component.type, branch, parameter, found); });
        std::vector<Side> sides;
        if (component.type == ParameterType::reference) found.tokens.clear();  // its identifiers
        for (const auto& row : found.tokens) sides.push_back({row.code, row.system});
        for (const auto& row : found.strings) sides.push_back({exactHash(row.value), 0});
        for (const auto& row : found.references) sides.push_back({row.target, row.type});
        for (const auto& row : found.numbers) sides.push_back({0, 0, row.low, row.high});
        for (const auto& row : found.quantities) sides.push_back({row.code, row.system, row.low, row.high});
        for (const auto& row : found.dates)
            sides.push_back({0, 0, static_cast<double>(row.low.micros), static_cast<double>(row.high.micros)});
        return sides;
    }

    void indexComposite(const Parameter& parameter) {
        for (const auto& branch : parameter.branches)
            followSteps(resource_, branch.steps, [&](const Value& element) {
                const auto seconds = sides(element, parameter.components[1], parameter);
                if (seconds.empty()) return;
                const auto firsts = sides(element, parameter.components[0], parameter);
                demandRoom(firsts.size() * seconds.size());
                for (const auto& a : firsts)
                    for (const auto& b : seconds)
                        rows_.add(rows_.composites, {parameter.id, a.code, a.system, a.low, a.high, b.code, b.system, b.low, b.high});
            });
    }

    void tidy() {
        const auto sortOut = [](auto& rows) {
            std::ranges::sort(rows);
            const auto rest = std::ranges::unique(rows);
            rows.erase(rest.begin(), rest.end());
        };
        sortOut(rows_.tokens);
        sortOut(rows_.strings);
        sortOut(rows_.dates);
        sortOut(rows_.references);
        sortOut(rows_.numbers);
        sortOut(rows_.quantities);
        sortOut(rows_.uris);
        const auto key = [](const CompositeRow& r) {
            return std::tuple(r.param, r.code1, r.system1, r.low1, r.high1, r.code2, r.system2, r.low2, r.high2);
        };
        std::ranges::sort(rows_.composites, {}, key);
        const auto rest = std::ranges::unique(rows_.composites, {}, key);
        rows_.composites.erase(rest.begin(), rest.end());
    }

    const Value& resource_;
    std::string_view ownBase_;
    std::unordered_map<std::string_view, std::string_view> contained_;  // id -> type; filled when it is first asked for
    IndexRows rows_;
};

}  // namespace

IndexRows extract(const Value& resource, std::string_view ownBase, std::size_t most) { return Extractor(resource, ownBase, most).run(); }

}  // namespace polyclinic::fhir
