// The database of one tenant and its login. Both bear one name; of the runtime logins that one alone opens the database,
// and it opens no other of the installation. Blocking: never on a loop.

#pragma once

#include <set>
#include <string>
#include <string_view>

#include "db/migrate.h"

namespace polyclinic::db {

/// Name for the tenant `id` beside the shared database `shared`: at most 63 bytes, of the letters of `shared`, letters, digits
/// and '_'; no two ids have the same one. Throws Failure(unprocessable) when `shared` leaves no room for it.
std::string tenantDatabaseName(std::string_view shared, std::string_view id);

/// Statements that make the login, run by a superuser. Idempotent. `password`: empty where peer authentication does.
std::string tenantLoginSql(const std::string& name, const std::string& password);
/// The statements of createTenantDatabase, for people to read.
std::string tenantDatabaseSql(const std::string& name, const Roles& roles);
/// The logins that a private cluster with the shared database `shared` has for tenants, by number. `conninfo`: any login.
std::set<std::string> tenantLogins(const std::string& conninfo, const std::string& shared);
/// No effect when there is none. `conninfo`: a superuser's. After its database.
void dropTenantLogin(const std::string& conninfo, const std::string& name);

/// CREATE DATABASE owned by the schema owner, which the login, the migrator and the backup may open. The login must be there.
/// Idempotent. `conninfo`: the migrator or a superuser.
void createTenantDatabase(const std::string& conninfo, const std::string& name, const Roles& roles);
/// After migrations: gives the login what they give app_tenant, and takes from the installation's other runtime logins the
/// right to open the database. Idempotent; one transaction. `conninfo`: the migrator.
void handOverTenantDatabase(const std::string& conninfo, const std::string& name, const Roles& roles);
/// The name that the tenant `id` has in the directory already, else tenantDatabaseName. `adminConninfo`: a superuser's. Throws
/// Failure(notFound) where the shared database is not there.
std::string preparedTenantName(const std::string& adminConninfo, const std::string& shared, const std::string& id);
/// Login with a new password, and database, as a superuser. What others may open stays: the servers hand over. Idempotent.
void prepareTenant(const std::string& adminConninfo, const std::string& name, const std::string& password, const Roles& roles);
/// Whether `login` may open `database`; false where one of them is not there.
bool mayOpen(const std::string& conninfo, const std::string& login, const std::string& database);

/// What is demanded of a tenant's login, connected to its database: what demandSafeLogin demands, and that it can open no
/// other database of the installation. Throws Failure(conflict) that names the fault, Failure(unavailable) when it cannot connect.
void demandTenantLogin(const std::string& conninfo, const Roles& roles);

}  // namespace polyclinic::db
