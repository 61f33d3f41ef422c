// Versions as entity tags: W/"3" (http://hl7.org/fhir/R4/http.html#versioning).

#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyclinic {

inline std::string versionTag(std::int64_t version) { return "W/\"" + std::to_string(version) + '"'; }

/// Weak or strong; nothing for text that is no tag of a version.
inline std::optional<std::int64_t> versionOfTag(std::string_view tag) {
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    std::int64_t version = 0;
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    const auto* last = tag.data() + tag.size() - 1;
    const auto [end, error] = std::from_chars(tag.data() + 1, last, version);
    if (error != std::errc() || end != last || version < 0) return std::nullopt;
    return version;
}

}  // namespace polyclinic
