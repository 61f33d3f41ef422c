// The files of a private cluster: where PostgreSQL's programs are, the folder, its settings. Internal to db/.

#pragma once

#include <filesystem>
#include <string>

#include "db/child_process.h"
#include "db/managed_postgres.h"

namespace polyclinic::db {

/// The newest bin folder of PostgreSQL 15 or later, or that of `major`. Throws Failure(internal) naming the package.
std::filesystem::path postgresPrograms(int major = 0);

/// Name of the superuser that makes roles; reached by peer authentication only.
std::string bootstrapRole(const Roles& roles);

/// What is there: nothing (false), or a cluster whose version file, control file, owner and mode are sound (true).
/// Throws Failure(conflict) whose publicMessage() names path and mending; a folder with other things in it is never touched.
bool holdsCluster(const ClusterSettings& settings, const Account& account);
/// The major version of the cluster there.
int clusterMajor(const std::filesystem::path& dataDirectory);

/// initdb with checksums beside the folder, then a rename: a killed first start leaves no half cluster.
void makeCluster(const ClusterSettings& settings, const Account& account);

/// postgresql.conf, pg_hba.conf and pg_ident.conf, written anew at each start.
void writeSettings(const ClusterSettings& settings, const Account& account, const std::filesystem::path& socketFolder);

/// How long autovacuum leaves each database alone. It looks into them one by one, and each look costs some 50 ms of a
/// processor: more than one a second would keep a computer busy that does nothing else.
int secondsBetweenVacuums(const ClusterSettings& settings);

/// A 0700 folder whose socket path PostgreSQL accepts: below XDG_RUNTIME_DIR, else /run/polyclinic, else a fresh one
/// in /tmp.
std::filesystem::path makeSocketFolder(const ClusterSettings& settings, const Account& account);

}  // namespace polyclinic::db
