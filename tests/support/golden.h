// Lines of the gzipped NDJSON in ../shared/testdata, which is not part of the product.

#pragma once

#include <zlib.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"

namespace polyclinic::test {

inline std::filesystem::path goldenFolder() { return POLYCLINIC_SOURCE_DIR "/../shared/testdata"; }

inline std::vector<std::string> gzipLines(const std::filesystem::path& file) {
    std::string all;
    gzFile stream = gzopen(file.c_str(), "rb");
    if (!stream) return {};
    char buffer[1 << 16];
    for (int count; (count = gzread(stream, buffer, sizeof buffer)) > 0;) all.append(buffer, static_cast<std::size_t>(count));
    gzclose(stream);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < all.size();) {
        const auto end = std::min(all.find('\n', at), all.size());
        if (end > at) lines.push_back(all.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// "Type/id" -> resource, of all .ndjson.gz files below the folder; lines that are no resource are left out.
inline std::map<std::string, json::Document> resourcesBelow(const std::filesystem::path& folder) {
    std::map<std::string, json::Document> resources;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
        if (file.path().extension() != ".gz") continue;
        for (const auto& line : gzipLines(file.path())) {
            auto document = json::Document::parse(line, {.depth = 128});
            const auto& root = document.root();
            const std::string name = std::string(root.stringAt("resourceType")) + "/" + std::string(root.stringAt("id"));
            if (name.size() > 1) resources.insert_or_assign(name, std::move(document));
        }
    }
    return resources;
}

}  // namespace polyclinic::test
