#include <algorithm>

#include "base/text.h"
#include "http/message.h"

namespace polyclinic::http {
void Headers::set(std::string_view name, std::string value) {
    std::erase_if(entries_, [&](const auto& entry) { return sameIgnoringCase(entry.first, name); });
    entries_.emplace_back(std::string(name), std::move(value));
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [key, value] : entries_)
        if (sameIgnoringCase(key, name)) return value;
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    return std::count_if(entries_.begin(), entries_.end(), [&](const auto& e) { return sameIgnoringCase(e.first, name); });
}

}  // namespace polyclinic::http
