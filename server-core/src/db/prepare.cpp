// Roles and database on a PostgreSQL that somebody else runs.

#include "base/failure.h"
#include "db/admin_connection.h"
#include "db/migrate.h"
#include "db/tenant_login.h"

namespace polyclinic::db {

void prepare(const std::string& adminConninfo, const std::string& sql, const std::string& database, const Roles& roles) {
    withAdmin(adminConninfo, [&](pqxx::connection_base& connection) {
        {
            pqxx::work work(connection);
            work.exec(sql);
            work.commit();
        }
        pqxx::nontransaction work(connection);
        if (work.exec_params("SELECT 1 FROM pg_database WHERE datname = $1", database).empty())
            work.exec("CREATE DATABASE " + connection.quote_name(database) + " OWNER " + connection.quote_name(roles.owner()) +
                      " ENCODING 'UTF8' TEMPLATE template0");
        // Nobody but this installation's logins.
        work.exec("REVOKE ALL ON DATABASE " + connection.quote_name(database) + " FROM PUBLIC");
        for (const auto& role : {roles.migrator(), roles.tenant(), roles.system(), roles.backup()})
            work.exec("GRANT CONNECT ON DATABASE " + connection.quote_name(database) + " TO " + connection.quote_name(role));
    });
}

std::string preparedTenantName(const std::string& adminConninfo, const std::string& shared, const std::string& id) {
    withAdmin(adminConninfo, [&](pqxx::connection_base& connection) {
        pqxx::read_transaction work(connection);
        if (work.exec_params("SELECT 1 FROM pg_database WHERE datname = $1", shared).empty())
            throw Failure(FailureKind::notFound, "This PostgreSQL has no database " + shared + ".");
    });
    return withAdmin(withUser(adminConninfo, {}, shared), [&](pqxx::connection_base& connection) {
        pqxx::read_transaction work(connection);
        if (!work.exec("SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'tenant'").empty()) {
            const auto rows = work.exec_params(
                "SELECT database FROM public.tenant WHERE id = $1 AND state <> 'purged' AND isolation = 'dedicated' AND database IS NOT "
                "NULL",
                id);
            if (!rows.empty()) return rows[0][0].as<std::string>();
        }
        return tenantDatabaseName(shared, id);
    });
}

void prepareTenant(const std::string& adminConninfo, const std::string& name, const std::string& password, const Roles& roles) {
    withAdmin(adminConninfo, [&](pqxx::connection_base& connection) {
        pqxx::work work(connection);
        work.exec(tenantLoginSql(name, password));
        work.commit();
    });
    createTenantDatabase(adminConninfo, name, roles);
}

}  // namespace polyclinic::db
