#include "db/tenant_login.h"

#include <algorithm>
#include <pqxx/pqxx>

#include "base/encoding.h"
#include "base/failure.h"
#include "db/admin_connection.h"

namespace polyclinic::db {
namespace {

constexpr std::size_t longestIdentifier = 63;  // NAMEDATALEN - 1: PostgreSQL cuts longer ones in silence
constexpr std::size_t longestPlain = 32;

// Any number that nothing else of ours locks.
constexpr int handOverLock = 0x706f6c7a;

/// Names here hold no quotation marks: they are made of ids, or of the installation's own prefix.
std::string inQuotes(std::string_view identifier) { return '"' + std::string(identifier) + '"'; }

std::string accessSql(const std::string& name, const Roles& roles) {
    return "REVOKE ALL ON DATABASE " + inQuotes(name) + " FROM PUBLIC;\nGRANT CONNECT ON DATABASE " + inQuotes(name) + " TO " +
           inQuotes(roles.migrator()) + ", " + inQuotes(name) + ", " + inQuotes(roles.backup()) + ";\n";
}

std::string creationSql(const std::string& name, const Roles& roles) {
    return "CREATE DATABASE " + inQuotes(name) + " OWNER " + inQuotes(roles.owner()) + " TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'";
}

}  // namespace

std::string tenantDatabaseName(std::string_view shared, std::string_view id) {
    std::string word(id);
    // No id holds '_', so this is undone by turning it round.
    std::replace(word.begin(), word.end(), '-', '_');
    // One longer than any that stands for itself, so that the two kinds never meet.
    if (word.size() > longestPlain) word = word.substr(0, 12) + '_' + hexEncode(sha256(id)).substr(0, longestPlain - 12);
    auto name = std::string(shared) + "_t_" + word;
    if (shared.size() + 3 + longestPlain + 1 > longestIdentifier)
        throw Failure(FailureKind::unprocessable, "The name of the shared database is too long for databases of single clinics beside it.");
    return name;
}

std::string tenantLoginSql(const std::string& name, const std::string& password) {
    std::string sql = "DO $make$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" + name + "') THEN CREATE ROLE " +
                      inQuotes(name) + "; END IF; END $make$;\n";
    sql += "ALTER ROLE " + inQuotes(name) + " WITH LOGIN NOSUPERUSER NOREPLICATION NOCREATEROLE NOCREATEDB NOBYPASSRLS";
    if (!password.empty()) sql += " PASSWORD '" + password + "'";  // base64url
    return sql + ";\n";
}

std::string tenantDatabaseSql(const std::string& name, const Roles& roles) {
    return creationSql(name, roles) + ";\n" + accessSql(name, roles);
}

std::set<std::string> tenantLogins(const std::string& conninfo, const std::string& shared) {
    return withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::read_transaction work(connection);
        std::set<std::string> names;
        const auto rows = work.exec_params(
            "SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper AND left(rolname, length($1::text)) = $1::text AND "
            "substr(rolname, length($1::text) + 1) ~ '^[0-9]+$'",
            shared + "_t");
        for (const auto& row : rows) names.insert(row[0].as<std::string>());
        return names;
    });
}

void dropTenantLogin(const std::string& conninfo, const std::string& name) {
    withAdmin(conninfo,
              [&](pqxx::connection_base& connection) { pqxx::nontransaction(connection).exec("DROP ROLE IF EXISTS " + inQuotes(name)); });
}

void createTenantDatabase(const std::string& conninfo, const std::string& name, const Roles& roles) {
    withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::nontransaction session(connection);
        if (session.exec_params("SELECT 1 FROM pg_database WHERE datname = $1", name).empty()) session.exec(creationSql(name, roles));
        // Two servers that wrote the same row of the catalogue at the same moment would stop each other.
        const auto done = session.exec_params(
            "SELECT has_database_privilege($1::text, $1::text, 'CONNECT') AND NOT has_database_privilege('public', $1::text, 'CONNECT') "
            "AND NOT has_database_privilege('public', $1::text, 'TEMPORARY')",
            name);
        if (done[0][0].as<bool>()) return;
        session.exec("SET ROLE " + connection.quote_name(roles.owner()));
        session.exec(accessSql(name, roles));
    });
}

void handOverTenantDatabase(const std::string& conninfo, const std::string& name, const Roles& roles) {
    withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::work work(connection);
        work.exec("SET LOCAL ROLE " + connection.quote_name(roles.owner()));
        work.exec("SELECT pg_advisory_xact_lock(" + std::to_string(handOverLock) + ")");
        // What app_tenant is given stays: it is the pattern, also after a dump was brought back where the login was not.
        const auto differences = work.exec_params(
            "WITH given AS (SELECT c.oid::regclass AS place, a.privilege_type AS privilege, a.grantee::regrole::text AS grantee "
            "  FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') "
            "  AND a.grantee IN ($1::regrole, $2::regrole)), "
            "wanted AS (SELECT place, privilege FROM given WHERE grantee = $1::regrole::text), "
            "held AS (SELECT place, privilege FROM given WHERE grantee = $2::regrole::text) "
            "SELECT 'GRANT ' || privilege || ' ON ' || place || ' TO ' || $2 FROM (TABLE wanted EXCEPT TABLE held) AS missing UNION ALL "
            "SELECT 'REVOKE ' || privilege || ' ON ' || place || ' FROM ' || $2 FROM (TABLE held EXCEPT TABLE wanted) AS surplus",
            connection.quote_name(roles.tenant()), connection.quote_name(name));
        for (const auto& row : differences) work.exec(row[0].as<std::string>());
        const auto others = connection.quote_name(roles.tenant()) + ", " + connection.quote_name(roles.system());
        const auto open = work.exec_params(
            "SELECT NOT has_schema_privilege($1::text, 'public', 'USAGE') OR has_schema_privilege('public', 'public', 'USAGE') OR "
            "has_database_privilege($2::text, $1::text, 'CONNECT') OR has_database_privilege($3::text, $1::text, 'CONNECT')",
            name, roles.tenant(), roles.system());
        if (open[0][0].as<bool>()) {
            work.exec("REVOKE ALL ON SCHEMA public FROM PUBLIC, " + others);
            work.exec("GRANT USAGE ON SCHEMA public TO " + connection.quote_name(name) + ", " + connection.quote_name(roles.backup()));
            work.exec("REVOKE ALL ON DATABASE " + connection.quote_name(name) + " FROM " + others);
        }
        work.commit();
    });
}

bool mayOpen(const std::string& conninfo, const std::string& login, const std::string& database) {
    return withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::read_transaction work(connection);
        // The condition keeps the function from names that are not there.
        const auto rows = work.exec_params(
            "SELECT has_database_privilege(r.oid, d.oid, 'CONNECT') FROM pg_roles r, pg_database d WHERE r.rolname = $1 AND d.datname = $2",
            login, database);
        return !rows.empty() && rows[0][0].as<bool>();
    });
}

void demandTenantLogin(const std::string& conninfo, const Roles& roles) {
    demandSafeLogin(conninfo, roles);
    withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::read_transaction work(connection);
        const auto others = work.exec_params(
            "SELECT current_user, min(datname) FROM pg_database WHERE pg_get_userbyid(datdba) = $1 AND datname <> current_database() "
            "AND has_database_privilege(oid, 'CONNECT')",
            roles.owner());
        if (others[0][1].is_null()) return;
        const auto user = others[0][0].as<std::string>(), other = others[0][1].as<std::string>();
        throw Failure(FailureKind::conflict, "The database login " + user + " can open " + other +
                                                 " too. Take that right away: REVOKE CONNECT ON DATABASE " + other + " FROM " + user +
                                                 ", PUBLIC.");
    });
}

}  // namespace polyclinic::db
