#include "access/scope_query.h"

#include <algorithm>

namespace polyclinic::access {
namespace {

/// Calls `accept(name, value)` for every part; false as soon as one is not accepted.
template <class Accept>
bool everyPart(std::string_view query, Accept accept) {
    for (std::size_t start = 0; start <= query.size();) {
        const auto end = std::min(query.find('&', start), query.size());
        const auto part = query.substr(start, end - start);
        const auto equals = std::min(part.find('='), part.size());
        if (!accept(part.substr(0, equals), part.substr(std::min(equals + 1, part.size())))) return false;
        start = end + 1;
    }
    return true;
}

bool isNameByte(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; }

}  // namespace

bool isScopeQuery(std::string_view query) {
    return everyPart(query, [](std::string_view name, std::string_view value) {
        return !name.empty() && std::all_of(name.begin(), name.end(), isNameByte) && !value.empty();
    });
}

bool isHostileQuery(std::string_view query) {
    return !everyPart(query, [](std::string_view name, std::string_view) { return name.find_first_of(".:") == name.npos; });
}

}  // namespace polyclinic::access
