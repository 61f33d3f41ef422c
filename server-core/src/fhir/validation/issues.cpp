#include "fhir/validation/issues.h"

namespace polyclinic::fhir {

std::string toPath(const Place& place) {
    std::string path = place.parent ? toPath(*place.parent) + "." : std::string();
    path += place.name;
    if (place.index >= 0) path += "[" + std::to_string(place.index) + "]";
    return path;
}

void Issues::add(const Place& place, const char* code, std::string diagnostics) {
    if (isFull()) return;
    errors_.push_back({Issue::Severity::error, code, std::move(diagnostics), toPath(place)});
}

void Issues::warn(const Place& place, const char* code, std::string diagnostics) {
    if (warnings_.size() >= limit_) return;
    warnings_.push_back({Issue::Severity::warning, code, std::move(diagnostics), toPath(place)});
}

std::vector<Issue> Issues::take() {
    for (Issue& warning : warnings_) {
        if (!isFull()) errors_.push_back(std::move(warning));
    }
    return std::move(errors_);
}

}  // namespace polyclinic::fhir
