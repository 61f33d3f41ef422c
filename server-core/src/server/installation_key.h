// What a server knows and shares with the others on its database, but no client ever sees.

#pragma once

#include <memory>
#include <string>

#include "base/key_vault.h"
#include "base/loop.h"
#include "base/task.h"
#include "core/settings.h"
#include "db/database.h"
#include "server/data_folder.h"

namespace polyclinic {

/// Of the key that the database never sees: a file of the data folder, or one that is named (all servers on one database
/// need the same). Made at the first start on a new database. Throws StartFault where it is missing, cannot be read or is
/// not the one of this database. Waits for the loop; the main thread.
std::unique_ptr<KeyVault> openVault(Loop& loop, db::Database& directory, const DataFolder& folder, const Settings& settings);

/// A secret that all processes of a database share; the first one draws it. Loop threads.
Task<std::string> sharedSecret(db::Database& directory, std::string name);

}  // namespace polyclinic
