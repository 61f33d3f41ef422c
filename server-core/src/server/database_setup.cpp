#include "server/database_setup.h"

#include "db/conninfo.h"

namespace polyclinic {
namespace {

constexpr const char* databaseName = "polyclinic";

/// The logins of an installation have one prefix; the runtime login in the address tells it.
db::Roles rolesOf(const std::string& user) {
    constexpr std::string_view suffix = "app_tenant";
    db::Roles roles;
    if (user.size() < suffix.size() || !user.ends_with(suffix))
        throw StartFault{{"--database must name the runtime login, whose name ends in app_tenant.",
                          "Run: polyclinicd database prepare --admin-uri URI", 78}};
    roles.prefix = user.substr(0, user.size() - suffix.size());
    return roles;
}

}  // namespace

DatabaseSetup setUpDatabase(const Settings& settings, const DataFolder& folder,
                            const std::function<void(std::string_view)>& progress) {
    DatabaseSetup setup;
    auto& addresses = setup.addresses;
    if (settings.database.empty()) {
        db::ClusterSettings cluster;
        cluster.dataDirectory = folder.cluster();
        cluster.account = settings.account;
        cluster.database = databaseName;
        setup.cluster = std::make_unique<db::ManagedPostgres>(cluster);
        setup.cluster->start(progress);
        addresses.roles = cluster.roles;
        addresses.name = databaseName;
        addresses.tenant = setup.cluster->conninfo(cluster.roles.tenant());
        addresses.system = setup.cluster->conninfo(cluster.roles.system());
        addresses.migrator = setup.cluster->conninfo(cluster.roles.migrator());
    } else {
        const auto target = db::describeConninfo(settings.database);
        addresses.roles = rolesOf(target.user);
        addresses.name = target.database;
        addresses.tenant = db::withPasswordFile(settings.database, settings.passwordFile);
        addresses.system = db::withUser(addresses.tenant, addresses.roles.system());
        addresses.migrator = db::withUser(addresses.tenant, addresses.roles.migrator());
    }
    progress("Checking the database");
    db::demandSafeLogin(addresses.tenant, addresses.roles);
    db::demandSafeLogin(addresses.system, addresses.roles);
    db::migrate(addresses.migrator, "directory", addresses.roles);
    db::migrate(addresses.migrator, "tenant", addresses.roles);
    return setup;
}

}  // namespace polyclinic
