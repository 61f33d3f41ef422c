// What the conditions of several types are made of.

#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/search/query_tree.h"
#include "records/search/binder.h"

namespace polyclinic::records::sql {

/// Names of columns below an alias; a composite's end in 1 or 2.
class Columns {
  public:
    explicit Columns(std::string_view alias, std::string_view suffix = {}) : alias_(alias), suffix_(suffix) {}
    std::string operator()(std::string_view name) const { return alias_ + "." + std::string(name) + suffix_; }

  private:
    std::string alias_, suffix_;
};

/// Those that are not empty, with AND between them.
std::string all(std::initializer_list<std::string> conditions);
std::string either(const std::string& a, const std::string& b);

/// Equal to one of them: one condition, however many they are.
std::string oneOf(const std::string& column, const std::vector<std::int64_t>& values, Binder& binder);
std::string anyText(const std::string& column, const fhir::Predicate& predicate, Binder& binder);

/// Begins with `text`, as a range of an index.
std::string prefix(const std::string& column, const std::string& text, Binder& binder);

/// One for each operand: alternatives that PostgreSQL plans one by one.
template <class Condition>
std::string anyOf(const fhir::Predicate& predicate, const Condition& condition) {
    std::string text;
    for (const auto& operand : predicate.anyOf) text += (text.empty() ? "" : " OR ") + condition(operand);
    return text;
}

// Of one operand, for composites too.
std::string tokenOperand(const fhir::Operand& operand, const Columns& column, Binder& binder);
std::string numberOperand(const fhir::Operand& operand, const Columns& column, Binder& binder);
std::string quantityOperand(const fhir::Operand& operand, const Columns& column, Binder& binder);
/// `bind`: as what the columns hold.
std::string dateOperand(const fhir::Operand& operand, const std::string& low, const std::string& high,
                        const std::function<std::string(Timestamp)>& bind);

}  // namespace polyclinic::records::sql
