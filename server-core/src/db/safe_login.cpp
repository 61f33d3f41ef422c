#include "base/failure.h"
#include "db/admin_connection.h"
#include "db/migrate.h"

namespace polyclinic::db {
namespace {

[[noreturn]] void refuse(const std::string& publicMessage) { throw Failure(FailureKind::conflict, publicMessage); }

}  // namespace

void demandSafeLogin(const std::string& conninfo, const Roles& roles) {
    withAdmin(conninfo, [&](pqxx::connection_base& connection) {
        pqxx::read_transaction work(connection);
        const auto login = work.exec1(
            "SELECT current_user, session_user <> current_user, rolsuper, rolbypassrls,"
            " rolreplication, rolcreaterole FROM pg_roles WHERE rolname = current_user");
        const auto user = login[0].as<std::string>();
        if (login[1].as<bool>()) refuse("The database login changes its role when it connects. Use " + user + " itself.");
        if (login[2].as<bool>())
            refuse("The database login " + user + " is a superuser, for whom clinics are not kept apart. Use " + roles.tenant() +
                   " instead; `polyclinicd database prepare` makes it.");
        if (login[3].as<bool>())
            refuse("The database login " + user + " passes by row security (BYPASSRLS). Take that right away: ALTER ROLE " + user +
                   " NOBYPASSRLS.");
        if (login[4].as<bool>() || login[5].as<bool>())
            refuse("The database login " + user + " may replicate or make roles. Take that right away: ALTER ROLE " + user +
                   " NOREPLICATION NOCREATEROLE.");
        const auto memberships =
            work.exec_params("SELECT string_agg(rolname, ', ') FROM pg_roles WHERE rolname <> current_user AND pg_has_role(oid, 'member')");
        if (!memberships[0][0].is_null())
            refuse("The database login " + user + " is a member of " + memberships[0][0].as<std::string>() + ". Revoke that membership.");
        const auto owned = work.exec1(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
            " AND relpersistence <> 't'");
        if (owned[0].as<long>() != 0)
            refuse("The database login " + user + " owns tables. Give them to " + roles.owner() + ": REASSIGN OWNED.");
        for (const char* setting : {"fsync", "full_page_writes", "synchronous_commit"}) {
            const auto value = work.exec1("SELECT current_setting('" + std::string(setting) + "')")[0].as<std::string>();
            if (value == "off")
                refuse("PostgreSQL runs with " + std::string(setting) + " off and could lose records in a crash. Set it on.");
        }
        const int version = work.exec1("SELECT current_setting('server_version_num')::int")[0].as<int>();
        if (version < 150000) refuse("PostgreSQL is version " + std::to_string(version / 10000) + "; Polyclinic needs 15 or newer.");
    });
}

}  // namespace polyclinic::db
