#include "db/migrate.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <pqxx/pqxx>

#include "base/failure.h"
#include "db/admin_connection.h"
#include "migrations_embedded.h"

namespace polyclinic::db {
namespace {

// Any number that nothing else of ours locks.
constexpr int migrationLock = 0x706f6c79;

std::string withRoles(std::string_view sql, const Roles& roles, pqxx::connection_base& connection) {
    const std::pair<std::string_view, std::string> names[] = {
        {"{owner}", roles.owner()}, {"{app_tenant}", roles.tenant()}, {"{app_system}", roles.system()}, {"{backup}", roles.backup()}};
    std::string text(sql);
    for (const auto& [placeholder, role] : names) {
        const auto quoted = connection.quote_name(role);
        for (auto at = text.find(placeholder); at != text.npos; at = text.find(placeholder, at + quoted.size()))
            text.replace(at, placeholder.size(), quoted);
    }
    return text;
}

/// 0 where the table is not there yet.
int versionIn(pqxx::transaction_base& work, std::string_view set) {
    if (work.exec("SELECT FROM pg_tables WHERE schemaname = 'public' AND tablename = 'schema_version'").empty()) return 0;
    const auto rows = work.exec_params("SELECT coalesce(max(number), 0) FROM schema_version WHERE set = $1", std::string(set));
    return rows[0][0].as<int>();
}

void demandKnown(int version, std::string_view set, int newest) {
    if (version <= newest) return;
    throw Failure(FailureKind::conflict, "The database was made by a newer version of Polyclinic: its " + std::string(set) + " schema is " +
                                             std::to_string(version) + ", this program knows " + std::to_string(newest) +
                                             ". Nothing was changed. Install the newer version.");
}

void makeVersionTable(pqxx::connection_base& connection, const Roles& roles) {
    pqxx::work work(connection);
    work.exec(
        "CREATE TABLE IF NOT EXISTS schema_version (set text NOT NULL, number int NOT NULL, name text NOT NULL,"
        " applied timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (set, number))");
    work.exec(withRoles("GRANT SELECT ON schema_version TO {app_tenant}, {app_system}, {backup}", roles, connection));
    work.commit();
}

void apply(pqxx::connection_base& connection, const Migration& migration, std::string_view set, const Roles& roles) {
    pqxx::work work(connection);
    work.exec(withRoles(migration.sql, roles, connection));
    work.exec_params("INSERT INTO schema_version (set, number, name) VALUES ($1, $2, $3)", std::string(set), migration.number,
                     std::string(migration.name));
    work.commit();
}

}  // namespace

std::vector<Migration> migrationsOf(std::string_view set) {
    std::vector<Migration> migrations;
    const std::string folder = std::string(set) + "/";
    for (const auto& file : migrationFiles()) {
        if (!file.name.starts_with(folder)) continue;
        const auto name = file.name.substr(folder.size());
        int number = 0;
        std::from_chars(name.data(), name.data() + name.size(), number);
        migrations.push_back({number, name, file.bytes});
    }
    std::sort(migrations.begin(), migrations.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    return migrations;
}

void demandKnownSchema(const std::string& conninfo, std::string_view set) {
    const auto migrations = migrationsOf(set);
    demandKnown(schemaVersion(conninfo, set), set, migrations.empty() ? 0 : migrations.back().number);
}

int migrate(const std::string& conninfo, std::string_view set, const Roles& roles) {
    const auto migrations = migrationsOf(set);
    const int newest = migrations.empty() ? 0 : migrations.back().number;
    return withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        int version = 0;
        {
            pqxx::nontransaction session(connection);
            session.exec("SET ROLE " + connection.quote_name(roles.owner()));
            // Released with the connection, so a killed run leaves no lock behind.
            session.exec("SELECT pg_advisory_lock(" + std::to_string(migrationLock) + ")");
            version = versionIn(session, set);
        }
        demandKnown(version, set, newest);
        makeVersionTable(connection, roles);
        int ran = 0;
        for (const auto& migration : migrations) {
            if (migration.number <= version) continue;
            apply(connection, migration, set, roles);
            ++ran;
        }
        return ran;
    });
}

int schemaVersion(const std::string& conninfo, std::string_view set) {
    return withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::read_transaction work(connection);
        return versionIn(work, set);
    });
}

}  // namespace polyclinic::db
