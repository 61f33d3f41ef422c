#include "fhir/search/parameters.h"

#include <algorithm>
#include <string>

#include "base/encoding.h"
#include "fhir/search/parameter_tables.h"

namespace polyclinic::fhir {
namespace {

const tables::TypeEntry* entryOf(std::string_view type) {
    const auto& types = tables::searchTypes;
    const auto at = std::ranges::lower_bound(types, type, {}, &tables::TypeEntry::name);
    return at != types.end() && at->name == type ? &*at : nullptr;
}

}  // namespace

std::int32_t parameterId(std::string_view type, std::string_view code) {
    std::string name;
    name.reserve(type.size() + code.size() + 1);
    name.append(type).append(".").append(code);
    return static_cast<std::int32_t>(indexHash(name));
}

const Parameter* findParameter(std::string_view type, std::string_view code) {
    const auto* entry = entryOf(type);
    if (!entry) return nullptr;
    const auto at = std::ranges::lower_bound(entry->all, code, {}, &Parameter::code);
    return at != entry->all.end() && at->code == code ? &*at : nullptr;
}

std::span<const Parameter* const> parametersOf(std::string_view type) {
    const auto* entry = entryOf(type);
    return entry ? entry->offered : std::span<const Parameter* const>();
}

std::int64_t presenceBit(const Parameter& parameter) {
    std::uint64_t bit = 1;
    for (const Parameter* each : parametersOf(parameter.type)) {
        if (each->storage != Storage::index) continue;
        if (each->id == parameter.id) return static_cast<std::int64_t>(bit);
        bit <<= 1;
    }
    return 0;
}

}  // namespace polyclinic::fhir
