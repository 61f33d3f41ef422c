#include "records/search/types/expressions.h"

#include "fhir/search/text.h"

namespace polyclinic::records::sql {

std::string all(std::initializer_list<std::string> conditions) {
    std::string text;
    for (const auto& condition : conditions)
        if (!condition.empty()) text += (text.empty() ? "" : " AND ") + condition;
    return text;
}

std::string either(const std::string& a, const std::string& b) { return "(" + a + " OR " + b + ")"; }

std::string oneOf(const std::string& column, const std::vector<std::int64_t>& values, Binder& binder) {
    if (values.size() == 1) return column + " = " + binder.int8(values.front());
    return column + " = ANY(" + binder.int8s(values) + ")";
}

std::string anyText(const std::string& column, const fhir::Predicate& predicate, Binder& binder) {
    if (predicate.anyOf.size() == 1) return column + " = " + binder.text(predicate.anyOf.front().text);
    std::vector<std::string> texts;
    for (const auto& operand : predicate.anyOf) texts.push_back(operand.text);
    return column + " = ANY(" + binder.texts(texts) + ")";
}

std::string prefix(const std::string& column, const std::string& text, Binder& binder) {
    const auto from = column + " >= " + binder.text(text);
    const auto after = fhir::textAfter(text);
    return after ? from + " AND " + column + " < " + binder.text(*after) : from;
}

}  // namespace polyclinic::records::sql
