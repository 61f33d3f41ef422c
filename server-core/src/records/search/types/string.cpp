#include "records/search/types/expressions.h"
#include "records/search/types/types.h"

namespace polyclinic::records::sql {

std::string stringFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const auto value = Columns(alias)("value");
    return anyOf(predicate, [&](const fhir::Operand& operand) { return prefix(value, operand.text, binder); });
}

std::string containedStringFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    const auto value = Columns(alias)("value");
    return anyOf(predicate, [&](const fhir::Operand& operand) { return "strpos(" + value + ", " + binder.text(operand.text) + ") > 0"; });
}

/// A few texts are alternatives, each of which an index finds. Many are two lists, planned once: the hash tells which of
/// the texts it is, so that the lists need not go side by side.
std::string exactStringFits(const fhir::Predicate& predicate, std::string_view alias, Binder& binder) {
    constexpr std::size_t few = 8;
    const Columns column(alias);
    const auto value = column("value"), exact = column("exact");
    if (predicate.anyOf.size() <= few)
        return anyOf(predicate, [&](const fhir::Operand& operand) {
            const auto text = binder.text(operand.text);
            return "(" + value + " = " + text + " AND " + exact + " = " + binder.int8(operand.code) + ")";
        });
    std::vector<std::int64_t> hashes;
    for (const auto& operand : predicate.anyOf) hashes.push_back(operand.code);
    const auto texts = anyText(value, predicate, binder);
    return texts + " AND " + oneOf(exact, hashes, binder);
}

}  // namespace polyclinic::records::sql
