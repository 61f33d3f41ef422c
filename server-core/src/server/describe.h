// What the server says of itself: to operators as JSON, to Prometheus as text.

#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/task.h"
#include "core/settings.h"
#include "db/database.h"
#include "http/server.h"

namespace polyclinic {

struct Description {
    std::string base, operators;
    const Settings& settings;
    Timestamp started;
    db::Database& directory;
    const http::Counters& counters;
};

Task<nlohmann::ordered_json> describeServer(Description description);

std::string metricsText(const http::Counters& counters, db::Database::Load database);

/// Folders that $import may read, real paths.
std::vector<std::filesystem::path> importFolders(const Settings& settings);

}  // namespace polyclinic
