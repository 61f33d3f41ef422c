// Schema changes, forward only, by the migrator login through libpqxx. Blocking: never on a loop.

#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace polyclinic::db {

/// Names of the roles of one installation; all begin with its prefix.
struct Roles {
    std::string prefix = "polyclinic_";
    std::string owner() const { return prefix + "schema_owner"; }
    std::string migrator() const { return prefix + "migrator"; }
    std::string tenant() const { return prefix + "app_tenant"; }
    std::string system() const { return prefix + "app_system"; }
    std::string backup() const { return prefix + "backup"; }
};

struct Migration {
    int number;
    std::string_view name;
    std::string_view sql;  // {owner} {app_tenant} {app_system} {backup} stand for the quoted roles
};

/// The files of resources/migrations/<set>, in order. `set`: "directory" or "tenant".
std::vector<Migration> migrationsOf(std::string_view set);

/// Brings the database at `conninfo` (a migrator login) to the newest version of `set`, one transaction each, under
/// an advisory lock, as the schema owner; answers how many ran. Throws Failure(conflict) naming both versions when
/// the database is newer than this program; Failure(unavailable) when it cannot be reached or a lock is not had in
/// 5 s. A killed run leaves whole steps only.
int migrate(const std::string& conninfo, std::string_view set, const Roles& roles);

/// Throws Failure(conflict) naming both versions when the database is newer than this program. Changes nothing.
void demandKnownSchema(const std::string& conninfo, std::string_view set);

/// The version of `set` that the database has; 0 for none. For a login that may read schema_version.
int schemaVersion(const std::string& conninfo, std::string_view set);

/// Statements that make the roles and their grants; run by a superuser. Idempotent. `passwordOf` answers a role's
/// password, or nothing where peer authentication does.
std::string rolesSql(const Roles& roles, const std::function<std::string(const std::string& role)>& passwordOf);

/// Runs `sql` of rolesSql and makes `database` with rights for the installation's logins alone, as a superuser.
/// Idempotent. Throws Failure.
void prepare(const std::string& adminConninfo, const std::string& sql, const std::string& database, const Roles& roles);

/// CREATE DATABASE owned by the schema owner, with rights for the runtime logins; no effect when it exists.
/// `adminConninfo`: the migrator (has CREATEDB).
void createDatabase(const std::string& conninfo, const std::string& name, const Roles& roles);
/// No effect when there is none.
void dropDatabase(const std::string& conninfo, const std::string& name);

/// What start demands of a runtime login: not superuser, not BYPASSRLS, owner of nothing, fsync,
/// full_page_writes and synchronous_commit on, server version 15 or newer. Throws Failure(conflict) that names the
/// fault and the mending.
void demandSafeLogin(const std::string& conninfo, const Roles& roles);

/// The conninfo with another user (and database, when given).
std::string withUser(const std::string& conninfo, const std::string& user, const std::string& database = {});

}  // namespace polyclinic::db
