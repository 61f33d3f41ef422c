#include <map>
#include <optional>

#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

/// References to the same type, and to the same version of a canonical, are one condition.
std::string referenceFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const Columns column(alias);
    std::map<std::pair<std::optional<std::int32_t>, std::int64_t>, std::vector<std::int64_t>> targets;
    for (const auto& operand : predicate.anyOf) targets[{operand.type, operand.version}].push_back(operand.code);
    std::string text;
    for (const auto& [of, those] : targets) {
        const auto& [type, version] = of;
        text += (text.empty() ? "" : " OR ") +
                all({oneOf(column("target"), those, binder), type ? column("type") + " = " + binder.int4(*type) : "",
                     version != 0 ? column("version") + " = " + binder.int8(version) : ""});
    }
    return text;
}

}  // namespace polyclinic::records::sql
