#include "base/failure.h"
#include "db/admin_connection.h"
#include "db/connect_options.h"
#include "db/migrate.h"

namespace polyclinic::db {
namespace {

// Quoting without a connection: rolesSql also prints for people. standard_conforming_strings is on since 9.1.
std::string quoted(std::string_view text, char mark) {
    std::string out(1, mark);
    for (const char c : text) {
        if (c == '\0') throw Failure(FailureKind::badRequest, "A role's name or password holds a NUL.");
        out += c;
        if (c == mark) out += c;
    }
    return out + mark;
}
std::string name(std::string_view text) { return quoted(text, '"'); }
std::string literal(std::string_view text) { return quoted(text, '\''); }

std::string roleSql(const std::string& role, const std::string& options, const std::string& password) {
    std::string sql = "DO $make$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = " + literal(role) + ") THEN CREATE ROLE " +
                      name(role) + "; END IF; END $make$;\n";
    sql += "ALTER ROLE " + name(role) + " WITH " + options;
    if (!password.empty()) sql += " PASSWORD " + literal(password);
    return sql + ";\n";
}

}  // namespace

std::string rolesSql(const Roles& roles, const std::function<std::string(const std::string&)>& passwordOf) {
    const std::string plain = "NOSUPERUSER NOREPLICATION NOCREATEROLE ";
    const auto login = [&](const std::string& role, const std::string& options) {
        return roleSql(role, "LOGIN " + plain + options, passwordOf ? passwordOf(role) : std::string());
    };
    std::string sql = roleSql(roles.owner(), "NOLOGIN " + plain + "NOCREATEDB NOBYPASSRLS", {});
    sql += login(roles.migrator(), "CREATEDB NOBYPASSRLS INHERIT");
    sql += login(roles.tenant(), "NOCREATEDB NOBYPASSRLS");
    sql += login(roles.system(), "NOCREATEDB NOBYPASSRLS");
    sql += login(roles.backup(), "NOCREATEDB BYPASSRLS");
    sql += "ALTER ROLE " + name(roles.backup()) + " SET default_transaction_read_only = on;\n";
    sql += "GRANT " + name(roles.owner()) + " TO " + name(roles.migrator()) + ";\n";
    // DROP DATABASE WITH (FORCE) ends other logins' sessions.
    sql += "GRANT pg_signal_backend TO " + name(roles.owner()) + ";\n";
    return sql;
}

void createDatabase(const std::string& conninfo, const std::string& database, const Roles& roles) {
    withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::nontransaction session(connection);
        // CREATEDB is the migrator's own right; what it makes goes to the owner, whose member it is.
        if (session.exec_params("SELECT 1 FROM pg_database WHERE datname = $1", database).empty())
            session.exec("CREATE DATABASE " + name(database) + " OWNER " + name(roles.owner()) +
                         " TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'");
        session.exec("SET ROLE " + name(roles.owner()));
        session.exec("REVOKE ALL ON DATABASE " + name(database) + " FROM PUBLIC");
        session.exec("GRANT CONNECT ON DATABASE " + name(database) + " TO " + name(roles.migrator()) + ", " + name(roles.tenant()) + ", " +
                     name(roles.system()) + ", " + name(roles.backup()));
    });
    withAdmin(withUser(conninfo, {}, database), [&](pqxx::connection_base& connection) {
        pqxx::nontransaction session(connection);
        session.exec("SET ROLE " + name(roles.owner()));
        session.exec("REVOKE ALL ON SCHEMA public FROM PUBLIC");
        session.exec("GRANT USAGE ON SCHEMA public TO " + name(roles.tenant()) + ", " + name(roles.system()) + ", " + name(roles.backup()));
    });
}

void dropDatabase(const std::string& conninfo, const std::string& database) {
    withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::nontransaction session(connection);
        const auto owner = session.exec_params("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1", database);
        if (owner.empty()) return;
        session.exec("SET ROLE " + name(owner[0][0].as<std::string>()));
        session.exec("DROP DATABASE IF EXISTS " + name(database) + " WITH (FORCE)");
    });
}

std::string withUser(const std::string& conninfo, const std::string& user, const std::string& database) {
    std::vector<std::pair<std::string, std::string>> changes;
    if (!user.empty()) changes.emplace_back("user", user);
    if (!database.empty()) changes.emplace_back("dbname", database);
    return conninfoWith(conninfo, changes);
}

}  // namespace polyclinic::db
