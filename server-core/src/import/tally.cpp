#include "import/tally.h"

#include <nlohmann/json.hpp>

namespace polyclinic::import {
namespace {

constexpr std::size_t mostLines = 1000;
constexpr std::size_t longestText = 500;  // bytes; names of members are as long as their writer likes

std::string shortened(const std::string& text) {
    if (text.size() <= longestText) return text;
    auto end = longestText;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside a character
    return text.substr(0, end) + "...";
}

}  // namespace

void Tally::count(const std::string& type, int status, bool unchanged) {
    std::lock_guard lock(mutex_);
    ++done_;
    if (unchanged)
        ++unchanged_;
    else if (status == 201)
        ++created_[type];
    else
        ++updated_[type];
}

void Tally::refuse(const std::string& file, std::size_t line, const Failure& failure, std::size_t resources) {
    std::lock_guard lock(mutex_);
    failed_ += std::int64_t(resources);
    done_ += std::int64_t(resources);
    if (failure.issues().empty()) note(file, line, "error", failure.publicMessage(), "");
    for (const auto& issue : failure.issues()) note(file, line, "error", issue.diagnostics, issue.expression);
}

void Tally::warn(const std::string& file, std::size_t line, const Issue& issue) {
    std::lock_guard lock(mutex_);
    note(file, line, "warning", issue.diagnostics, issue.expression);
}

void Tally::note(const std::string& file, std::size_t line, std::string_view severity, const std::string& diagnostics,
                 const std::string& expression) {
    if (lines_.size() < mostLines)
        lines_.push_back({shortened(file), line, std::string(severity), shortened(diagnostics), shortened(expression)});
}

std::string Tally::toJson(std::uint64_t bytesDone, std::uint64_t bytesTotal) const {
    std::lock_guard lock(mutex_);
    nlohmann::ordered_json json;
    json["progress"] = {{"done", done_}, {"bytesDone", bytesDone}, {"bytesTotal", bytesTotal}};
    auto& result = json["result"];
    result["created"] = nlohmann::ordered_json::object();
    for (const auto& [type, count] : created_) result["created"][type] = count;
    result["updated"] = nlohmann::ordered_json::object();
    for (const auto& [type, count] : updated_) result["updated"][type] = count;
    result["unchanged"] = unchanged_;
    result["failed"] = failed_;
    json["error"] = nlohmann::ordered_json::array();
    for (const auto& line : lines_) {
        nlohmann::ordered_json entry{
            {"file", line.file}, {"line", line.line}, {"severity", line.severity}, {"diagnostics", line.diagnostics}};
        if (!line.expression.empty()) entry["expression"] = line.expression;
        json["error"].push_back(std::move(entry));
    }
    return json.dump();
}

}  // namespace polyclinic::import
