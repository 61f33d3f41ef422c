// JSON text of FHIR's data types, members in the order they are named.

#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic::sample_data {

using Day = std::chrono::sys_days;

/// An object under construction.
class Fields {
  public:
    Fields& text(std::string_view name, std::string_view value);
    /// `json`: JSON text, taken as it is.
    Fields& raw(std::string_view name, std::string_view json);
    /// Without the braces; empty when nothing was added.
    const std::string& members() const { return members_; }
    std::string object() const { return "{" + members_ + "}"; }

  private:
    std::string members_;
};

std::string list(const std::vector<std::string>& items);

/// A code of HL7's own systems or of the local one.
struct Term {
    const char* code;
    const char* display;
};

inline constexpr std::string_view localSystem = "urn:polyclinic:demo";

/// "observation-category" -> http://terminology.hl7.org/CodeSystem/observation-category.
std::string hl7(std::string_view system);
std::string coding(std::string_view system, const Term& term);
/// CodeableConcept with one coding.
std::string conceptOf(std::string_view system, const Term& term);
/// The same with the display as text.
std::string localConcept(const Term& term);
/// `number`: a JSON number; `unit`: a UCUM code.
std::string quantity(std::string_view number, std::string_view unit);
/// 725 with 1 decimal is 72.5: no floating point, so the text is the same everywhere.
std::string decimal(int scaled, int decimals);
/// Narrative with one paragraph of plain words.
std::string narrative(std::string_view text);

std::string dateText(Day day);
/// FHIR dateTime with seconds and offset; `minutes` since midnight.
std::string timeText(Day day, int minutes);

}  // namespace polyclinic::sample_data
