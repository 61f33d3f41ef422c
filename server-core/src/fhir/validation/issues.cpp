#include "fhir/validation/issues.h"

namespace polyclinic::fhir {

std::string toPath(const Place& place) {
    std::string path = place.parent ? toPath(*place.parent) + "." : std::string();
    path += place.name;
    if (place.index >= 0) path += "[" + std::to_string(place.index) + "]";
    return path;
}

void Issues::add(const Place& place, const char* code, std::string diagnostics) {
    if (!isFull()) issues_.push_back({Issue::Severity::error, code, std::move(diagnostics), toPath(place)});
}

}  // namespace polyclinic::fhir
