#include "sample_data/fields.h"

#include <cstdio>
#include <cstdlib>

#include "base/encoding.h"
#include "base/json.h"

namespace polyclinic::sample_data {

Fields& Fields::text(std::string_view name, std::string_view value) {
    if (!members_.empty()) members_ += ',';
    json::writeString(name, members_);
    members_ += ':';
    json::writeString(value, members_);
    return *this;
}

Fields& Fields::raw(std::string_view name, std::string_view json) {
    if (!members_.empty()) members_ += ',';
    json::writeString(name, members_);
    members_ += ':';
    members_ += json;
    return *this;
}

std::string list(const std::vector<std::string>& items) {
    std::string text = "[";
    for (const auto& item : items) {
        if (text.size() > 1) text += ',';
        text += item;
    }
    return text + "]";
}

std::string hl7(std::string_view system) { return "http://terminology.hl7.org/CodeSystem/" + std::string(system); }

std::string coding(std::string_view system, const Term& term) {
    return Fields().text("system", system).text("code", term.code).text("display", term.display).object();
}

std::string conceptOf(std::string_view system, const Term& term) { return Fields().raw("coding", list({coding(system, term)})).object(); }

std::string localConcept(const Term& term) {
    return Fields().raw("coding", list({coding(localSystem, term)})).text("text", term.display).object();
}

std::string quantity(std::string_view number, std::string_view unit) {
    return Fields().raw("value", number).text("unit", unit).text("system", "http://unitsofmeasure.org").text("code", unit).object();
}

std::string decimal(int scaled, int decimals) {
    std::string digits = std::to_string(std::abs(scaled));
    const auto places = static_cast<std::size_t>(decimals);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (decimals > 0) digits.insert(digits.size() - places, ".");
    return scaled < 0 ? "-" + digits : digits;
}

std::string narrative(std::string_view text) {
    const std::string div = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>" + escapeHtml(text) + "</p></div>";
    return Fields().text("status", "generated").text("div", div).object();
}

std::string dateText(Day day) {
    const std::chrono::year_month_day date(day);
    char text[16];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                  static_cast<unsigned>(date.day()));
    return text;
}

std::string timeText(Day day, int minutes) {
    char text[24];
    std::snprintf(text, sizeof text, "T%02d:%02d:00+01:00", minutes / 60 % 24, minutes % 60);
    return dateText(day) + text;
}

}  // namespace polyclinic::sample_data
