#include "server/database_setup.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/failure.h"
#include "base/log.h"
#include "db/conninfo.h"
#include "server/connections.h"

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

/// The passwords are read again at every new connection, by the account that the program becomes.
void demandReadable(const Settings& settings) {
    if (settings.passwordFile.empty()) return;
    struct stat info {};
    const auto& file = settings.passwordFile;
    if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
        throw StartFault{{"There is no file of passwords " + file + ".", "Correct --password-file.", 78}};
    if (info.st_mode & 077) throw StartFault{{"Others may read the passwords in " + file + ".", "Run: chmod 600 " + file, 78}};
    uid_t reader = ::geteuid();
    if (const auto* entry = reader == 0 && settings.dropRoot ? ::getpwnam(settings.account.c_str()) : nullptr) reader = entry->pw_uid;
    if (reader != 0 && info.st_uid != reader)
        throw StartFault{{"The passwords in " + file + " cannot be read by the account that the program runs as.",
                          "Run: chown " + settings.account + " " + file, 78}};
}

}  // namespace

DatabaseSetup setUpDatabase(const Settings& settings, const DataFolder& folder, const std::function<void(std::string_view)>& progress) {
    DatabaseSetup setup;
    auto& addresses = setup.addresses;
    if (settings.database.empty()) {
        db::ClusterSettings cluster;
        cluster.dataDirectory = folder.cluster();
        cluster.account = settings.account;
        cluster.database = databaseName;
        cluster.endsWithUs = !settings.opensToOthers;  // of a command nobody comes back for it
        cluster.maxConnections = std::max(cluster.maxConnections, connectionsOf(settings));
        setup.cluster = std::make_unique<db::ManagedPostgres>(cluster);
        try {
            setup.cluster->start(progress);
        } catch (const Failure& failure) {
            // What the folder or its disk is to blame for; the words name the mending.
            if (failure.kind() != FailureKind::conflict && failure.kind() != FailureKind::insufficientStorage) throw;
            throw StartFault{{failure.publicMessage(), "Then start Polyclinic again.", 73}};
        }
        addresses.roles = cluster.roles;
        addresses.name = databaseName;
        addresses.cluster = setup.cluster.get();
        addresses.tenant = setup.cluster->conninfo(cluster.roles.tenant());
        addresses.system = setup.cluster->conninfo(cluster.roles.system());
        addresses.migrator = setup.cluster->conninfo(cluster.roles.migrator());
    } else {
        const auto target = db::describeConninfo(settings.database);
        addresses.roles = rolesOf(target.user);
        demandReadable(settings);
        addresses.name = target.database;
        if (const auto weak = db::weaknessOfTls(settings.database); !weak.empty()) log::warn("{}", weak);
        addresses.tenant = db::withVerifiedTls(db::withPasswordFile(settings.database, settings.passwordFile));
        if (const auto fault = db::unfitFile(addresses.tenant); !fault.empty())
            throw StartFault{{"The address of the database names a file that cannot be used: " + fault + ".",
                              "Correct --database or --password-file.", 78}};
        addresses.system = db::withUser(addresses.tenant, addresses.roles.system());
        addresses.migrator = db::withUser(addresses.tenant, addresses.roles.migrator());
    }
    progress("Checking the database");
    try {
        db::demandSafeLogin(addresses.tenant, addresses.roles);
    } catch (const Failure& failure) {
        // libpq's own words, which name no more than host and file.
        const auto& cause = failure.logMessage();
        if (cause.find("SSL") == cause.npos && cause.find("certificate") == cause.npos) throw;
        throw StartFault{{"The database's server does not prove who it is: " + cause + ".",
                          "Name its authority with sslrootcert=FILE in --database, or say there what is enough: sslmode=require, or "
                          "disable where nobody else is on the network.",
                          78}};
    }
    db::demandSafeLogin(addresses.system, addresses.roles);
    for (const char* set : {"directory", "tenant"}) db::demandKnownSchema(addresses.migrator, set);
    db::migrate(addresses.migrator, "directory", addresses.roles);
    db::migrate(addresses.migrator, "tenant", addresses.roles);
    return setup;
}

}  // namespace polyclinic
