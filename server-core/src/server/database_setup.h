// PostgreSQL at start: the private cluster or the one that --database names, checked and brought up to date.

#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/settings.h"
#include "db/managed_postgres.h"
#include "server/data_folder.h"
#include "tenancy/placement.h"

namespace polyclinic {

struct DatabaseSetup {
    std::unique_ptr<db::ManagedPostgres> cluster;  // null with --database
    tenancy::DatabaseAddresses addresses;
};

/// Starts or reaches it, checks its logins, runs the migrations. Throws StartFault and Failure. Blocking.
DatabaseSetup setUpDatabase(const Settings& settings, const DataFolder& folder, const std::function<void(std::string_view)>& progress);

}  // namespace polyclinic
