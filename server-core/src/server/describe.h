// What the server says of itself: to operators as JSON, to Prometheus as text.

#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/task.h"
#include "core/settings.h"
#include "db/database.h"
#include "db/managed_postgres.h"
#include "http/server.h"
#include "network/network.h"

namespace polyclinic {

struct Description {
    std::shared_ptr<const network::View> network;
    std::string operators;
    const Settings& settings;
    Timestamp started;
    db::Database& directory;
    const http::Counters& counters;
    std::vector<http::CertificateStatus> certificates;
    const db::ManagedPostgres* cluster;      // null with --database
    std::vector<std::string> auditTroubles;  // what a look at the audit logs' seals found
    std::size_t withSharedLogin = 0;         // databases of single clinics that the login of all opens
};

Task<nlohmann::ordered_json> describeServer(Description description);

std::string metricsText(const http::Counters& counters, db::Database::Load database);

/// Less than Settings::reserveMb free on the disk of a private cluster. PostgreSQL panics when it cannot extend its log.
bool writesMustStop(const Settings& settings);

/// Folders that $import may read, real paths.
std::vector<std::filesystem::path> importFolders(const Settings& settings);

}  // namespace polyclinic
