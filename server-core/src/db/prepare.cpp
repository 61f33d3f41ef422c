// Roles and database on a PostgreSQL that somebody else runs.

#include "db/admin_connection.h"
#include "db/migrate.h"

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

}  // namespace polyclinic::db
